/** The parts of the gateway that commands work with. */

import type { ModelCatalog } from "@skykoi/model";

import type { EventHub } from "../events/event-hub.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { LiveConfig } from "../live-config.ts";
import type { Run } from "../runs/run.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { SpendLedger } from "../usage/spend-ledger.ts";

export interface CommandSource {
  readonly config: LiveConfig;
  readonly catalog: ModelCatalog;
  readonly store: SessionStore;
  readonly lanes: Lanes<Run>;
  readonly hub: EventHub;
  readonly ledger: SpendLedger;
  readonly now: () => number;
}
