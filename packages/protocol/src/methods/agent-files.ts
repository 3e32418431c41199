/** The files that make an agent who it is, in its workspace. */

import { Type } from "typebox";

import { closed, count, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";

const agentId = text(64);

const fileFacts = {
  name: Type.String(),
  path: Type.String(),
  missing: Type.Boolean(),
  /** Bytes. */
  size: Type.Optional(count()),
  updatedAtMs: Type.Optional(timestamp()),
};

const File = closed({
  ...fileFacts,
  content: Type.String(),
  /** SHA-256 of the content, hexadecimal; empty for a missing file. */
  hash: Type.String(),
});

const of = { agentId: Type.String(), workspace: Type.String() };

const example = {
  agentId: "main",
  workspace: "/home/ubuntu/koi",
  file: { name: "SOUL.md", path: "/home/ubuntu/koi/SOUL.md", missing: true, content: "", hash: "" },
};

export const agentFileMethods = {
  "agents.files.list": method({
    scope: "operator.read",
    summary: "The files of an agent's workspace that it always has in mind, also those that are not there.",
    params: closed({ agentId }),
    result: closed({ ...of, files: Type.Array(closed(fileFacts)) }),
    example: {
      params: { agentId: "main" },
      result: {
        agentId: "main",
        workspace: "/home/ubuntu/koi",
        files: [{ name: "SOUL.md", path: "/home/ubuntu/koi/SOUL.md", missing: true }],
      },
    },
  }),
  "agents.files.get": method({
    scope: "operator.read",
    summary: "One of these files with its text.",
    params: closed({ agentId, name: text(64) }),
    result: closed({ ...of, file: File }),
    example: { params: { agentId: "main", name: "SOUL.md" }, result: example },
  }),
  "agents.files.set": method({
    scope: "operator.admin",
    summary: "Writes one of these files as a whole. With a `baseHash` only if the file is still the one that was read.",
    params: closed({
      agentId,
      name: text(64),
      content: Type.String({ maxLength: 1_000_000 }),
      baseHash: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    result: closed({ ok: Type.Literal(true), ...of, file: File }),
    example: {
      params: { agentId: "main", name: "SOUL.md", content: "Be brief.", baseHash: "" },
      result: { ok: true, ...example },
    },
  }),
} as const;
