/** Finds a port of this machine for a gateway; a port that was free a moment ago is a proposal, never a promise. */

import { createServer } from "node:net";

import { fault } from "@skykoi/fault";

const HOST = "127.0.0.1";
const MAX_TRIES = 20;

/** `preferred` when it is free; else one the system proposes that is not among `taken`. */
export const choosePort = async (preferred: number | undefined, taken: ReadonlySet<number>): Promise<number> => {
  if (preferred !== undefined && !taken.has(preferred) && (await tryListen(preferred)) !== undefined) return preferred;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = await tryListen(0);
    if (port !== undefined && !taken.has(port)) return port;
  }
  throw fault("LAUNCH_FAILED", { message: "No free port was found for the gateway." });
};

/** The port that could be listened on, or undefined. */
const tryListen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
