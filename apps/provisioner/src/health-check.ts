/** Asks a gateway for its health over its real WebSocket, with its token and pinned certificate. */

import { createGatewayClient, type Socket } from "@skykoi/client";
import type { GatewayAddress } from "@skykoi/control";

import type { Verdict } from "./observation.ts";
import { complaint, fromThrown } from "./reasons.ts";

/** Never throws and always ends: silence is an answer too. */
export type HealthCheck = (address: GatewayAddress) => Promise<Verdict>;

export interface HealthCheckOptions {
  readonly openGateway: (address: GatewayAddress) => Socket;
  readonly limitMs?: number;
}

const CLIENT = { id: "skykoi-provisioner", version: "1", platform: "node", mode: "backend" };

export const createHealthCheck =
  ({ openGateway, limitMs = 5_000 }: HealthCheckOptions): HealthCheck =>
  async (address) => {
    const client = createGatewayClient({
      open: () => openGateway(address),
      credentials: async () => ({ token: address.token }),
      client: CLIENT,
      scopes: ["operator.read"],
      reconnect: false,
    });
    try {
      const health = await client.request("health", {}, { timeoutMs: limitMs });
      return health.ok
        ? { kind: "ok", version: health.version }
        : { kind: "complaining", version: health.version, reason: complaint(health.reasons) };
    } catch (thrown) {
      return { kind: "silent", reason: fromThrown(thrown) };
    } finally {
      client.close();
    }
  };
