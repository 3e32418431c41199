/** Whether a gateway runs on the home and answers, or could start. */

import { createServer } from "node:net";

import type { SkykoiConfig } from "@skykoi/config";
import { hasErrno, toFault } from "@skykoi/fault";

import { withGateway } from "../gateway-address.ts";
import { bad, ok, warn, type Check } from "./check.ts";

/** The lock of the home is held by somebody. */
export const checkAnswers = async (config: SkykoiConfig): Promise<Check> => {
  const { port, auth } = config.gateway;
  if (port === 0) return ok("gateway", "It runs, on a port that only its own output names.");
  const url = `ws://127.0.0.1:${port}`;
  try {
    const { ok: isWell, reasons } = await withGateway({ url, token: auth.token }, (client) =>
      client.request("health", {}),
    );
    return isWell
      ? ok("gateway", `It runs and answers at ${url}.`)
      : warn("gateway", `It is degraded: ${reasons.join(" ")}`);
  } catch (thrown) {
    return bad("gateway", `The home is in use, but: ${toFault(thrown).message}`, "koi logs says what it does.");
  }
};

export const checkPort = async ({ gateway: { port, bind } }: SkykoiConfig): Promise<Check> => {
  if (port === 0 || (await isFree(port, bind === "lan" ? "0.0.0.0" : "127.0.0.1"))) {
    return ok("gateway", "None runs on this home; it could start.");
  }
  return bad("gateway", `The port ${port} is in use by another program.`, "End it, or koi config set gateway.port N.");
};

const isFree = (port: number, host: string): Promise<boolean> => {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", (error) => (hasErrno(error, "EADDRINUSE") ? resolve(false) : reject(error)));
  server.listen({ port, host }, () => server.close(() => resolve(true)));
  return promise;
};
