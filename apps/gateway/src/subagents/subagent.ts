/** A sub-agent that has not reported yet, as it is kept on the disk. */

import { createHash } from "node:crypto";

import type { ToolCaller } from "@skykoi/agent";
import { Type, type Static } from "typebox";

export const Subagent = Type.Object({
  /** Its run, and by `announcementId` its report: both come from the call that asked for it, so they happen once. */
  runId: Type.String({ minLength: 1 }),
  sessionKey: Type.String(),
  parentKey: Type.String(),
  parentRunId: Type.String(),
  rootRunId: Type.String(),
  label: Type.String(),
  task: Type.String(),
  overrides: Type.Object({
    model: Type.Optional(Type.String()),
    thinking: Type.Optional(Type.Enum(["off", "low", "medium", "high"])),
    timeoutMs: Type.Optional(Type.Number()),
    toolsAllow: Type.Optional(Type.Array(Type.String())),
  }),
  /** Somebody stopped the work it is part of: nobody waits for its report. */
  stopped: Type.Optional(Type.Boolean()),
});
export type Subagent = Readonly<Static<typeof Subagent>>;

/** The same for the same call: 128 bits, written as a UUID. */
export const subagentId = ({ run, toolCallId }: ToolCaller): string => {
  const hex = createHash("sha256").update(`${run.sessionKey}\0${run.runId}\0${toolCallId}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
};

export const announcementId = ({ runId }: Pick<Subagent, "runId">): string => `${runId}:report`;
