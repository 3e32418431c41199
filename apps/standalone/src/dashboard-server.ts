/** The dashboard's production build, served by Next inside of this process. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";

export interface DashboardServer {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/**
 * The part of Next's server that is used here. Its own types are not loaded: they change those of Node's environment
 * for every file of this program.
 */
interface NextServer {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close(): Promise<void>;
}

type Next = (options: { readonly dev: false; readonly dir: string }) => NextServer;

export const startDashboard = async (dir: string): Promise<DashboardServer> => {
  const next: Next = createRequire(import.meta.url)("next");
  const server = next({ dev: false, dir });
  await withoutAnnouncements(() => server.prepare());
  return { handle: server.getRequestHandler(), close: () => server.close() };
};

/** Next reports on standard output how long its settings took; the person is told the address instead. */
const withoutAnnouncements = async (work: () => Promise<void>): Promise<void> => {
  const { log } = console;
  console.log = () => undefined;
  try {
    await work();
  } finally {
    console.log = log;
  }
};
