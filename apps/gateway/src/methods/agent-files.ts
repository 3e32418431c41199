/** `agents.files.list|get|set`: the files that make an agent who it is; no other file can be named. */

import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { fault, hasErrno } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { agentWorkspace } from "../sessions/session-settings.ts";

type FilesSource = Pick<GatewayContext, "config" | "agents">;
type FileMethods = Pick<Handlers, "agents.files.list" | "agents.files.get" | "agents.files.set">;

const NAMES: readonly string[] = [
  "AGENTS.md",
  "SOUL.md",
  "TOOLS.md",
  "IDENTITY.md",
  "USER.md",
  "HEARTBEAT.md",
  "BOOTSTRAP.md",
  "MEMORY.md",
];
const MAX_BYTES = 4 * 1024 * 1024;

export const createAgentFilesFeature = (source: FilesSource): Feature<FileMethods> => ({ methods: answers(source) });

const answers = ({ config, agents }: FilesSource): FileMethods => {
  /** Throws NOT_FOUND. */
  const workspaceOf = (agentId: string): string => {
    if (agents.ids.includes(agentId)) return agentWorkspace(agentId, config.current().agents);
    throw fault("NOT_FOUND", { message: `No agent "${agentId}" lives on this gateway.` });
  };

  return {
    "agents.files.list": async ({ agentId }) => {
      const workspace = workspaceOf(agentId);
      return { agentId, workspace, files: await Promise.all(NAMES.map((name) => factsOf(workspace, name))) };
    },

    "agents.files.get": async ({ agentId, name }) => {
      const workspace = workspaceOf(agentId);
      return { agentId, workspace, file: await readFile(workspace, known(name)) };
    },

    "agents.files.set": async ({ agentId, name, content, baseHash }) => {
      const workspace = workspaceOf(agentId);
      const { hash } = await readFile(workspace, known(name));
      if (baseHash !== undefined && baseHash !== hash) {
        throw fault("CONFLICT", { message: `${name} was changed meanwhile. Load it again.`, details: { hash } });
      }
      await replaceFile(workspace, name, content);
      return { ok: true, agentId, workspace, file: await readFile(workspace, name) };
    },
  };
};

const known = (name: string): string => {
  if (NAMES.includes(name)) return name;
  throw fault("INVALID_REQUEST", { message: `"${name}" is none of ${NAMES.join(", ")}.` });
};

/** Also of what cannot be read here. */
const factsOf = async (workspace: string, name: string) => {
  const path = join(workspace, name);
  try {
    const stats = await lstat(path);
    return { name, path, missing: false, size: stats.size, updatedAtMs: Math.floor(stats.mtimeMs) };
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT", "ENOTDIR")) return { name, path, missing: true };
    throw thrown;
  }
};

/** A link is not followed: the agent writes in its workspace, and this reads for people. */
const readFile = async (workspace: string, name: string) => {
  const path = join(workspace, name);
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_BYTES) throw unusable(name);
      const content = await handle.readFile("utf8");
      const hash = createHash("sha256").update(content).digest("hex");
      return { name, path, missing: false, size: stats.size, updatedAtMs: Math.floor(stats.mtimeMs), content, hash };
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT", "ENOTDIR")) return { name, path, missing: true, content: "", hash: "" };
    if (hasErrno(thrown, "ELOOP", "EMLINK", "ENXIO")) throw unusable(name);
    throw thrown;
  }
};

const unusable = (name: string) =>
  fault("CONFLICT", {
    message: `${name} in the workspace is a link, too large, or no file; change it on the machine.`,
  });

/** Whoever reads at this moment gets the old text or the new one. */
const replaceFile = async (workspace: string, name: string, content: string): Promise<void> => {
  await mkdir(workspace, { recursive: true });
  const temporary = join(workspace, `.${name}.${randomUUID()}`);
  try {
    const handle = await open(temporary, "wx", 0o644);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(workspace, name));
  } finally {
    await rm(temporary, { force: true });
  }
};
