/** What a room of the gateway adds to it: methods, and a part in its life. */

import type { Handlers } from "./rpc/method-table.ts";

export interface Feature<M extends Partial<Handlers> = Partial<Handlers>> {
  readonly methods: M;
  /** The gateway listens and runs may start: timers may be set from here on. */
  begin?(): void;
  /** Once every tick interval. */
  tick?(): void;
  /** Nothing new begins from here on. */
  stop?(): void;
  /** No run is under way any more; what is still open is closed. */
  close?(): Promise<void>;
}
