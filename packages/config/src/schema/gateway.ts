/** `gateway`, `logging`: where the daemon listens and who may speak to it. */

import { Type } from "typebox";

import { SECRET, hot, names, oneOf, restart, section } from "./key.ts";

export const MAX_PORT = 65_535;
export const BINDS = ["loopback", "lan"] as const;
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

export const gateway = section({
  mode: oneOf(["local"], {
    reload: "restart",
    description: "Required: says that this gateway owns the agents of this machine.",
  }),
  port: Type.Integer({
    ...restart(18_789, "The port of everything; 0 takes a free one."),
    minimum: 0,
    maximum: MAX_PORT,
  }),
  bind: oneOf(BINDS, restart("loopback", 'Where it listens: this machine, or with "lan" every network it is in.')),
  auth: section({
    mode: oneOf(["token"], restart("token", "How clients prove who they are.")),
    token: Type.String({
      ...hot("", "What clients present. After an edit new connections need the new one; existing ones stay."),
      ...SECRET,
      maxLength: 4096,
    }),
    tickets: section({
      publicKey: Type.String({
        ...hot("", "The Ed25519 key (32 bytes, base64url) of who may issue tickets; empty: tickets are refused."),
        pattern: "^([A-Za-z0-9_-]{43})?$",
      }),
      audience: Type.String(hot("", "The name of this gateway in tickets; others are refused.")),
    }),
  }),
  trustedProxies: names(restart(["127.0.0.1"], "Peers whose forwarded addresses are believed.")),
  allowedOrigins: names(hot([], "Origins of browser pages that may connect directly.")),
  http: section({
    openai: section({
      enabled: Type.Boolean(restart(false, "Whether the OpenAI-compatible API answers.")),
    }),
    webchat: section({
      enabled: Type.Boolean(restart(false, "Whether `/` is a small chat page, for a gateway without a dashboard.")),
    }),
    hooks: section({
      enabled: Type.Boolean(restart(false, "Whether hooks are accepted.")),
      token: Type.String({ ...restart("", "What senders of hooks present."), ...SECRET }),
    }),
  }),
});

export const logging = section({
  level: oneOf(LOG_LEVELS, hot("info", "The least important lines that are written.")),
});
