/** Small real programs in the place of `koi`, so that processes can be tested without a gateway. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

const LISTEN = `
import { createServer } from "node:http";
const server = createServer((request, response) => {
  if (request.url === "/crash") process.exit(1);
  response.end(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), env: process.env }));
});
server.on("error", (error) => {
  console.error("The port is taken: " + error.code);
  process.exit(error.code === "EADDRINUSE" ? 4 : 1);
});
server.listen(Number(process.env.SKYKOI_GATEWAY_PORT), "127.0.0.1", () => console.log("listening"));
`;

const PROGRAMS = {
  /** Listens on its port, answers with its environment, ends with code 1 when asked at /crash. */
  listening: `${LISTEN}process.on("SIGTERM", () => process.exit(0));`,
  /** Does not care about SIGTERM. */
  stubborn: `${LISTEN}process.on("SIGTERM", () => console.log("no"));`,
  /** Ends at once, with a line for people between lines for machines. */
  crashing: `console.error("{}"); console.error("No luck with gwt_0123456789abcdef."); console.error("{}"); process.exit(1);`,
} as const;

/** Gives the path of the program. */
export const writeStandIn = (directory: string, program: keyof typeof PROGRAMS): string => {
  const path = join(directory, `${program}.mjs`);
  writeFileSync(path, PROGRAMS[program]);
  return path;
};
