/** `session`, `messages`, `channels`: how messages find a session, wait, and come in. */

import { Type } from "typebox";

import { SECRET, hot, names, oneOf, restart, section } from "./key.ts";

const RESET_MODES = ["daily", "idle", "off"] as const;
const MODE = "When a new session begins by itself: every day, after a pause, never.";
const AT_HOUR = "The hour of the daily reset, in the person's time zone.";
const IDLE_MINUTES = "The pause after which a new session begins, in minutes; 0: never by idleness.";
const atHour = { minimum: 0, maximum: 23 };
const idleMinutes = { minimum: 0 };

const partialReset = section({
  mode: Type.Optional(oneOf(RESET_MODES, { description: MODE })),
  atHour: Type.Optional(Type.Integer({ ...atHour, description: AT_HOUR })),
  idleMinutes: Type.Optional(Type.Integer({ ...idleMinutes, description: IDLE_MINUTES })),
});

export const session = section({
  dmScope: oneOf(
    ["main", "per-peer", "per-channel-peer", "per-account-channel-peer"],
    hot("main", "Which direct messages share a session."),
  ),
  identityLinks: Type.Record(Type.String(), names({}), hot({}, "A person's name to their addresses on the channels.")),
  reset: section({
    mode: oneOf(RESET_MODES, hot("daily", MODE)),
    atHour: Type.Integer({ ...hot(4, AT_HOUR), ...atHour }),
    idleMinutes: Type.Integer({ ...hot(0, IDLE_MINUTES), ...idleMinutes }),
  }),
  resetByType: Type.Object(
    {
      direct: Type.Optional(partialReset),
      group: Type.Optional(partialReset),
      thread: Type.Optional(partialReset),
    },
    { ...hot({}, "Other reset rules for `direct`, `group` or `thread` sessions."), additionalProperties: false },
  ),
  resetByChannel: Type.Record(Type.String(), partialReset, hot({}, "Other reset rules by the name of a channel.")),
  resetTriggers: names(hot(["/new", "/reset"], "Messages that begin a new session, beside `/new` and `/reset`.")),
});

const QUEUE_MODES = ["steer", "followup", "collect", "interrupt"] as const;

export const messages = section({
  queue: section({
    mode: oneOf(QUEUE_MODES, hot("steer", "What happens to a message while a run is under way.")),
    cap: Type.Integer({ ...hot(20, "Messages that may wait in one session."), minimum: 1, maximum: 1000 }),
    drop: oneOf(["summarize", "oldest", "newest"], hot("summarize", "What happens when more are waiting.")),
    debounceMs: Type.Integer({
      ...hot(500, "How long to wait for more before messages are collected into one turn."),
      minimum: 0,
      maximum: 60_000,
    }),
    byChannel: Type.Record(Type.String(), oneOf(QUEUE_MODES, {}), hot({}, "Another mode by the name of a channel.")),
  }),
});

export const channels = section({
  telegram: section({
    enabled: Type.Boolean(restart(false, "Whether the Telegram bot is connected.")),
    botToken: Type.String({ ...restart("", "The bot's token."), ...SECRET }),
    dmPolicy: oneOf(["pairing", "allowlist", "open", "disabled"], hot("pairing", "Who may write to the bot directly.")),
    allowFrom: names(hot([], "The senders that the policies allow.")),
    groups: Type.Record(
      Type.String(),
      section({ requireMention: Type.Boolean(hot(true, "Whether the bot answers only when it is mentioned.")) }),
      hot({}, "The groups in which the bot answers, by their id."),
    ),
  }),
});
