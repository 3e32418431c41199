/** `gateway`, `logging`: where the daemon listens and who may speak to it. */

import { Type } from "typebox";

import { SECRET, hot, names, oneOf, restart, section } from "./key.ts";

export const MAX_PORT = 65_535;
export const BINDS = ["loopback", "lan"] as const;
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

export const gateway = section({
  /** Required: says that this gateway owns the agents of this machine. */
  mode: oneOf(["local"], { reload: "restart" }),
  /** 0 takes a free port. */
  port: Type.Integer({ ...restart(18_789), minimum: 0, maximum: MAX_PORT }),
  bind: oneOf(BINDS, restart("loopback")),
  auth: section({
    mode: oneOf(["token"], restart("token")),
    token: Type.String({ ...restart(""), ...SECRET, maxLength: 4096 }),
  }),
  /** Peers whose forwarded addresses are believed. */
  trustedProxies: names(restart(["127.0.0.1"])),
  /** Origins of browsers that may connect directly. */
  allowedOrigins: names(hot([])),
  http: section({
    openai: section({ enabled: Type.Boolean(restart(false)) }),
    hooks: section({
      enabled: Type.Boolean(restart(false)),
      token: Type.String({ ...restart(""), ...SECRET }),
    }),
  }),
});

export const logging = section({ level: oneOf(LOG_LEVELS, restart("info")) });
