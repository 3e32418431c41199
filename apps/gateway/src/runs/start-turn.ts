/** Prepares what one turn of the agent needs: the model, the tools it may use, the prompt of its workspace. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import {
  allowedTools,
  createBrowserTool,
  createPathGuard,
  createMediaStore,
  createTools,
  createWorkspaceReader,
  runTurn,
  systemPrompt,
  type ExecGate,
  type ProcessRegistry,
  type SpendPort,
  type Tool,
  type TranscriptEntry,
} from "@skykoi/agent";
import type { SkykoiConfig } from "@skykoi/config";
import { fault, hasErrno } from "@skykoi/fault";
import type { ModelCatalog, Usage } from "@skykoi/model";

import type { LiveConfig } from "../live-config.ts";
import type { AgentMemory } from "../memory/agent-memory.ts";
import { mainSessionKey } from "../sessions/session-key.ts";
import { createWorstCase } from "../usage/worst-case.ts";
import type { ShowWaiting } from "../system-events/show-waiting.ts";
import type { RoomTools } from "./room-tools.ts";
import type { StartTurn } from "./turn-runner.ts";

export interface TurnSetup {
  readonly config: LiveConfig;
  readonly catalog: ModelCatalog;
  readonly ledger: SpendPort;
  /** State of the gateway; the agent's tools may not touch it. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processesOf: (agentId: string) => ProcessRegistry;
  readonly showWaiting: ShowWaiting;
  readonly execGate: ExecGate;
  readonly memory: AgentMemory;
  readonly mcpTools: () => Promise<readonly Tool[]>;
  readonly roomTools: RoomTools;
  readonly now: () => number;
}

export const createStartTurn = (setup: TurnSetup): StartTurn => {
  const { config, catalog, ledger, home, env, processesOf, execGate, memory, mcpTools, roomTools, showWaiting, now } =
    setup;
  const protectedPaths = [home];
  // A new workspace takes a restart, so its reader may remember files.
  const readWorkspace = createWorkspaceReader({
    workspace: config.current().agents.defaults.workspace,
    protectedPaths,
  });

  const { workspace: ownWorkspace } = config.current().agents.defaults;
  const browser = createBrowserTool({
    settings: () => {
      const { browser: settings, web } = config.current().tools;
      return { ...settings, allowPrivateHosts: web.fetch.allowPrivateHosts };
    },
    profiles: join(home, "agents"),
    paths: createPathGuard({ workspace: ownWorkspace, home: ownWorkspace, protectedPaths }),
    env,
  });

  const buildTools = (current: SkykoiConfig): BuiltTools => {
    const { workspace } = current.agents.defaults;
    const { timeoutSeconds: execTimeoutSeconds, backgroundMs: execBackgroundMs } = current.tools.exec;
    const tools = createTools({
      workspace,
      protectedPaths,
      env,
      processesOf,
      execGate,
      execTimeoutSeconds,
      execBackgroundMs,
      web: current.tools.web,
      ...(current.tools.browser.enabled ? { browser } : {}),
      ...(current.memory.search.enabled ? { memory: memory.tools } : {}),
      tts: current.tools.tts,
      now,
    });
    return { config: current, tools: allowedTools([...tools, ...roomTools.all()], current.tools) };
  };
  let built: BuiltTools | undefined;

  return async ({ id: runId, session, overrides }, { signal, joined, steering }) => {
    const current = config.current();
    if (built?.config !== current) built = buildTools(current);
    const { workspace, model: modelConfig, userTimezone } = current.agents.defaults;
    const { address, transcript } = session;
    await ensureWorkspace(workspace);
    const allowed = [...built.tools, ...allowedTools(await mcpTools(), current.tools)];
    // A run may be limited further than the configuration does.
    const { toolsAllow } = overrides;
    const tools = toolsAllow
      ? allowedTools(allowed, { ...current.tools, profile: "minimal", allow: [...toolsAllow] })
      : allowed;
    const model = await catalog.resolve(overrides.model ?? modelConfig.primary);
    const mainSession = address.key === mainSessionKey(address.agentId);
    const readFiles = async () => [
      ...(await readWorkspace({ mainSession, firstTurn: !(await transcript.context()).some(isFromModel) })),
      ...(await memory.dailyNotes({ sessionId: transcript.sessionId, mainSession })),
    ];
    const files = overrides.lightContext ? [] : await readFiles();
    const agentName = current.agents.list.find(({ id }) => id === address.agentId)?.name ?? address.agentId;
    const prompt = systemPrompt({ agentName, workspace, timeZone: userTimezone, tools, files });
    const system = overrides.instructions ? `${prompt}\n\n${overrides.instructions}` : prompt;
    const costUsd = (usage: Usage, ref: string) => catalog.costUsd(ref, usage);
    const fallbacks = (overrides.fallbacks ?? modelConfig.fallbacks)
      .filter((ref) => catalog.resolveRef(ref) !== model.info.ref)
      .map((ref) => ({ ref, load: () => catalog.resolve(ref) }));
    const media = createMediaStore({ directory: join(home, "agents", address.agentId, "media") });
    const thinking = overrides.thinking ?? current.agents.defaults.thinking;
    const origin = { runId, agentId: address.agentId, sessionKey: address.key, mainSession };
    const money = { costUsd, worstCaseUsd: createWorstCase(catalog), spend: ledger };
    await showWaiting(session, runId);
    const events = runTurn({
      ...origin,
      transcript,
      model,
      fallbacks,
      ...money,
      thinking,
      media,
      tools,
      system,
      signal,
      joined,
      steering,
      now,
    });
    return { model: model.info.ref, events };
  };
};

/** The model has said something, now or before a compaction. */
const isFromModel = (entry: TranscriptEntry): boolean =>
  entry.type === "compaction" || (entry.type === "assistant" && !entry.command);

/** The tools of one configuration; another one gets others. */
interface BuiltTools {
  readonly config: SkykoiConfig;
  readonly tools: readonly Tool[];
}

/** Created when it is missing. Throws CONFIG_INVALID when something else is in its place or it may not be created. */
const ensureWorkspace = async (workspace: string): Promise<void> => {
  try {
    await mkdir(workspace, { recursive: true });
  } catch (cause) {
    if (!hasErrno(cause, "EEXIST", "ENOTDIR", "EACCES", "EPERM")) throw cause;
    throw fault("CONFIG_INVALID", {
      message: `The agent's workspace ${workspace} is not a directory it can use.`,
      cause,
    });
  }
};
