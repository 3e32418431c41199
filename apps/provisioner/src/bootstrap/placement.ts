/** The driver's placement as the bootstrap needs it: where the gateway listens and where its agent works. */

import { fault } from "@skykoi/fault";

export interface GatewayPlacement {
  readonly port: number;
  readonly bind: "loopback";
  /** The agent's workspace, absolute. */
  readonly workspace: string;
}

/** A placement was saved by this platform; one that cannot be read is a bug. */
export const parsePlacement = (placement: Readonly<Record<string, unknown>>): GatewayPlacement => {
  const { port, bind, workspace } = placement;
  if (typeof port === "number" && bind === "loopback" && typeof workspace === "string" && workspace !== "") {
    return { port, bind, workspace };
  }
  throw fault("INTERNAL", { detail: "a placement without port, bind or workspace" });
};
