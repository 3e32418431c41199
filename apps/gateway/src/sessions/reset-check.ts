/** Whether a session is over when its next message arrives, by the configuration of that moment. */

import type { LiveConfig } from "../live-config.ts";
import { resetPolicyOf, shouldReset } from "./reset-policy.ts";
import type { SessionAddress } from "./session-key.ts";
import type { SessionStore } from "./session-store.ts";

export interface ResetCheckOptions {
  readonly config: LiveConfig;
  readonly store: Pick<SessionStore, "record">;
  readonly now: () => number;
}

export const createResetCheck =
  ({ config, store, now }: ResetCheckOptions) =>
  (address: SessionAddress): boolean => {
    const record = store.record(address);
    const { session, agents } = config.current();
    if (!record) return false;
    const policy = resetPolicyOf(address, session);
    return policy !== undefined && shouldReset(record, policy, now(), agents.defaults.userTimezone);
  };
