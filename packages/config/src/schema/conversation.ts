/** `session`, `messages`, `channels`: how messages find a session, wait, and come in. */

import { Type } from "typebox";

import { SECRET, hot, names, oneOf, restart, section } from "./key.ts";

const RESET_MODES = ["daily", "idle", "off"] as const;
const atHour = { minimum: 0, maximum: 23 };
const idleMinutes = { minimum: 0 };

const partialReset = section({
  mode: Type.Optional(oneOf(RESET_MODES, {})),
  atHour: Type.Optional(Type.Integer(atHour)),
  idleMinutes: Type.Optional(Type.Integer(idleMinutes)),
});

export const session = section({
  dmScope: oneOf(["main", "per-peer", "per-channel-peer", "per-account-channel-peer"], hot("main")),
  /** A person's name to their addresses. */
  identityLinks: Type.Record(Type.String(), names({}), hot({})),
  reset: section({
    mode: oneOf(RESET_MODES, hot("daily")),
    /** In the user's time zone. */
    atHour: Type.Integer({ ...hot(4), ...atHour }),
    /** 0: never by idleness. */
    idleMinutes: Type.Integer({ ...hot(0), ...idleMinutes }),
  }),
  resetByType: Type.Object(
    {
      direct: Type.Optional(partialReset),
      group: Type.Optional(partialReset),
      thread: Type.Optional(partialReset),
    },
    { ...hot({}), additionalProperties: false },
  ),
  resetByChannel: Type.Record(Type.String(), partialReset, hot({})),
  resetTriggers: names(hot(["/new", "/reset"])),
});

const QUEUE_MODES = ["steer", "followup", "collect", "interrupt"] as const;

export const messages = section({
  queue: section({
    mode: oneOf(QUEUE_MODES, hot("steer")),
    cap: Type.Integer({ ...hot(20), minimum: 1, maximum: 1000 }),
    drop: oneOf(["summarize", "oldest", "newest"], hot("summarize")),
    debounceMs: Type.Integer({ ...hot(500), minimum: 0, maximum: 60_000 }),
    byChannel: Type.Record(Type.String(), oneOf(QUEUE_MODES, {}), hot({})),
  }),
});

export const channels = section({
  telegram: section({
    enabled: Type.Boolean(restart(false)),
    botToken: Type.String({ ...restart(""), ...SECRET }),
    dmPolicy: oneOf(["pairing", "allowlist", "open", "disabled"], hot("pairing")),
    allowFrom: names(hot([])),
    groups: Type.Record(Type.String(), section({ requireMention: Type.Boolean(hot(true)) }), hot({})),
  }),
});
