/** Methods about skykoi.json: read it without its secrets, look keys up, change it. */

import { Type } from "typebox";

import { closed, oneOf, text } from "../closed.ts";
import { method } from "../method.ts";

const MAX_CONFIG_CHARACTERS = 1_000_000;

const hash = () => Type.String({ pattern: "^[0-9a-f]{64}$" });
const path = () => text(512);

const ConfigProblem = closed({
  path: Type.String(),
  /** Of the file, from 1. */
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  message: Type.String(),
});

const ConfigChanged = closed({
  ok: Type.Literal(true),
  /** The guard of the next change. */
  hash: hash(),
  /** Keys whose value is another one now. */
  changed: Type.Array(Type.String()),
  /** Keys whose written value waits for a restart of the gateway, from this change or an earlier one. */
  restartNeeded: Type.Array(Type.String()),
  /** For example that the environment overrides a key. */
  warnings: Type.Array(ConfigProblem),
});

const exampleHash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const exampleChange = {
  ok: true as const,
  hash: exampleHash,
  changed: ["logging.level"],
  restartNeeded: [],
  warnings: [],
};

export const configMethods = {
  "config.get": method({
    scope: "operator.read",
    summary: "The configuration in force and what the file says, secrets redacted, with the hash that guards a change.",
    params: closed({}),
    result: closed({
      path: Type.String(),
      exists: Type.Boolean(),
      hash: hash(),
      valid: Type.Boolean(),
      problems: Type.Array(ConfigProblem),
      warnings: Type.Array(ConfigProblem),
      /** True when the file cannot be used and the gateway goes on with an earlier one. */
      lastGoodInUse: Type.Boolean(),
      restartNeeded: Type.Array(Type.String()),
      /** In force now, with all defaults. */
      config: Type.Unknown(),
      /** The value of the file as it is written; null when it cannot be read. */
      written: Type.Unknown(),
    }),
    example: {
      params: {},
      result: {
        path: "/home/ubuntu/.skykoi/skykoi.json",
        exists: true,
        hash: exampleHash,
        valid: true,
        problems: [],
        warnings: [],
        lastGoodInUse: false,
        restartNeeded: [],
        config: { gateway: { mode: "local", port: 18_789, auth: { token: "[redacted]" } } },
        written: { gateway: { mode: "local", auth: { token: "[redacted]" } } },
      },
    },
  }),
  "config.schema": method({
    scope: "operator.read",
    summary: "The JSON Schema of the file; each key says its default and whether an edit applies at once.",
    params: closed({}),
    result: closed({ schema: Type.Unknown() }),
    example: { params: {}, result: { schema: { type: "object" } } },
  }),
  "config.schema.lookup": method({
    scope: "operator.read",
    summary: "What is known of one key, and which keys are below it.",
    params: closed({ path: path() }),
    result: closed({
      path: Type.String(),
      description: Type.String(),
      type: Type.String(),
      default: Type.Optional(Type.Unknown()),
      /** Where the host gives the default: which, in words. */
      hostDefault: Type.Optional(Type.String()),
      reload: oneOf(["hot", "restart"]),
      secret: Type.Boolean(),
      schema: Type.Unknown(),
      children: Type.Array(
        closed({ key: Type.String(), path: Type.String(), type: Type.String(), hasChildren: Type.Boolean() }),
      ),
    }),
    example: {
      params: { path: "logging.level" },
      result: {
        path: "logging.level",
        description: "The least important lines that are written.",
        type: "enum",
        default: "info",
        reload: "hot" as const,
        secret: false,
        schema: { enum: ["debug", "info", "warn", "error"] },
        children: [],
      },
    },
  }),
  "config.set": method({
    scope: "operator.admin",
    summary: "Sets one key of the file, or takes it away with null; the file keeps its comments.",
    params: closed({ path: path(), value: Type.Unknown(), baseHash: Type.Optional(hash()) }),
    result: ConfigChanged,
    example: { params: { path: "logging.level", value: "debug" }, result: exampleChange },
  }),
  "config.patch": method({
    scope: "operator.admin",
    summary:
      "Applies a JSON merge patch to the file; refused with CONFLICT when the file is not the one of `baseHash`.",
    params: closed({ patch: Type.Unknown(), baseHash: hash() }),
    result: ConfigChanged,
    example: { params: { patch: { logging: { level: "debug" } }, baseHash: exampleHash }, result: exampleChange },
  }),
  "config.apply": method({
    scope: "operator.admin",
    summary: "Replaces the whole file; refused with CONFLICT when the file is not the one of `baseHash`.",
    params: closed({ raw: text(MAX_CONFIG_CHARACTERS), baseHash: hash() }),
    result: ConfigChanged,
    example: {
      params: { raw: '{ gateway: { mode: "local" } }', baseHash: exampleHash },
      result: { ...exampleChange, changed: [] },
    },
  }),
} as const;
