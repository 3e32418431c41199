/** The payload of an event by its name. */

import type { EventFrame, EventName, EventPayload } from "@skykoi/protocol/wire";

/** undefined for an event of another name. */
export const payloadOf = <N extends EventName>(frame: EventFrame, name: N): EventPayload<N> | undefined =>
  // The gateway's tests hold every event to the schema of its name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  frame.event === name ? (frame.payload as EventPayload<N>) : undefined;
