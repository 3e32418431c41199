/** Settings from the environment and the command line, laid over the file: flags win over the environment. */

import type { Environment } from "./host-defaults.ts";
import type { ConfigProblem } from "./problem.ts";
import { BINDS, MAX_PORT } from "./schema/gateway.ts";

/** Values of `--port`, `--token`, `--bind` as they were typed. */
export interface ConfigFlags {
  readonly port?: string;
  readonly token?: string;
  readonly bind?: string;
}

export interface Overrides {
  /** A partial configuration. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** The overridden keys and what overrides them. */
  readonly sources: readonly OverrideSource[];
}

export interface OverrideSource {
  readonly path: readonly string[];
  readonly source: string;
  readonly value: unknown;
}

export const readOverrides = (env: Environment, flags: ConfigFlags = {}): Overrides => {
  const port = flags.port ?? (env["SKYKOI_GATEWAY_PORT"] || undefined);
  const token = flags.token ?? (env["SKYKOI_GATEWAY_TOKEN"] || undefined);
  const { bind } = flags;

  const problems: ConfigProblem[] = [];
  if (port !== undefined && !isPort(port)) {
    const path = flags.port === undefined ? "SKYKOI_GATEWAY_PORT" : "--port";
    problems.push({ path, message: `must be a port number from 0 to ${MAX_PORT}` });
  }
  if (bind !== undefined && !BINDS.some((known) => known === bind)) {
    problems.push({ path: "--bind", message: `must be one of ${BINDS.join(", ")}` });
  }
  if (flags.token === "") problems.push({ path: "--token", message: "must not be empty" });

  const gateway: { port?: number; bind?: string; auth?: { token: string } } = {
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(bind === undefined ? {} : { bind }),
    ...(token === undefined ? {} : { auth: { token } }),
  };
  const sources: OverrideSource[] = [
    {
      path: ["gateway", "port"],
      source: flags.port === undefined ? "SKYKOI_GATEWAY_PORT" : "--port",
      value: gateway.port,
    },
    { path: ["gateway", "bind"], source: "--bind", value: gateway.bind },
    {
      path: ["gateway", "auth", "token"],
      source: flags.token === undefined ? "SKYKOI_GATEWAY_TOKEN" : "--token",
      value: gateway.auth?.token,
    },
  ];
  return {
    value: Object.keys(gateway).length === 0 ? undefined : { gateway },
    problems,
    sources: sources.filter(({ value }) => value !== undefined),
  };
};

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT;
