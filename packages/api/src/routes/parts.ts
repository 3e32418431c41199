/** What the handlers of the routes are made from. */

import type { Control, EnrolmentGrant } from "@skykoi/control";

import type { GatewayPool } from "../gateway/gateway-pool.ts";
import type { ModelView } from "../views.ts";

/** The answer an instance configures itself with. */
export interface InstanceSetup {
  /** The text of skykoi.json. */
  readonly config: string;
  readonly workspace: {
    readonly directory: string;
    readonly files: readonly { readonly path: string; readonly text: string }[];
  };
}

export type Bootstrap = (grant: EnrolmentGrant) => InstanceSetup;

export interface Parts {
  readonly control: Control;
  readonly gateways: GatewayPool;
  readonly bootstrap: Bootstrap;
  readonly typicalReadyMs: () => Promise<number | null>;
  readonly version: string;
  readonly model: ModelView;
}
