/** Prepares what one turn of the agent needs: the model, the tools it may use, the prompt of its workspace. */

import { join } from "node:path";

import {
  allowedTools,
  namedTools,
  createDayNotes,
  createMediaStore,
  runTurn,
  systemPrompt,
  type SpendPort,
  type Tool,
  type TranscriptEntry,
} from "@skykoi/agent";
import type { ModelCatalog, Usage } from "@skykoi/model";

import { mainSessionKey } from "../sessions/session-key.ts";
import { sessionSettings } from "../sessions/session-settings.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import { createCalendar } from "../usage/calendar.ts";
import { deniedTools } from "../subagents/subagent-tools.ts";
import { createWorstCase } from "../usage/worst-case.ts";
import type { ShowWaiting } from "../system-events/show-waiting.ts";
import { ensureWorkspace } from "../tools/ensure-workspace.ts";
import type { AgentRoom, AgentRoomSetup } from "./agent-room.ts";
import type { StartTurn } from "./turn-runner.ts";

export interface TurnSetup extends Pick<AgentRoomSetup, "config" | "home" | "now"> {
  readonly roomOf: (agentId: string) => AgentRoom;
  readonly catalog: ModelCatalog;
  readonly ledger: SpendPort;
  readonly store: Pick<SessionStore, "record">;
  readonly showWaiting: ShowWaiting;
  readonly mcpTools: () => Promise<readonly Tool[]>;
}

export const createStartTurn = (setup: TurnSetup): StartTurn => {
  const { config, catalog, ledger, home, roomOf, store, mcpTools, showWaiting, now } = setup;
  const calendar = createCalendar(() => config.current().agents.defaults.userTimezone);

  return async ({ id: runId, session, overrides }, { signal, joined, steering }) => {
    const current = config.current();
    const { address, transcript } = session;
    const { workspace, readFiles, memory, skills, toolsWith } = roomOf(address.agentId);
    await ensureWorkspace(workspace);
    // A run may be limited further than the configuration does, and so is a sub-agent.
    const { toolsAllow, rootRunId = runId } = overrides;
    const { maxDepth } = current.agents.defaults.subagents;
    const deny = [...current.tools.deny, ...deniedTools(address, store.record(address), maxDepth)];
    const allowed = allowedTools(toolsWith(await mcpTools()), { ...current.tools, profile: "full", deny });
    const tools = toolsAllow ? namedTools(allowed, toolsAllow) : allowed;
    const settings = sessionSettings(address.agentId, store.record(address), current.agents);
    const model = await catalog.resolve(overrides.model ?? settings.model);
    const mainSession = address.key === mainSessionKey(address.agentId);
    const readAll = async () => [
      ...(await readFiles({ mainSession, firstTurn: !(await transcript.context()).some(isFromModel) })),
      ...(await memory.dailyNotes({ sessionId: transcript.sessionId, mainSession })),
    ];
    const files = overrides.lightContext ? [] : await readAll();
    const agentName = current.agents.list.find(({ id }) => id === address.agentId)?.name ?? address.agentId;
    const timeZone = current.agents.defaults.userTimezone;
    const known = overrides.lightContext ? [] : await skills.ready();
    const prompt = systemPrompt({ agentName, workspace, timeZone, tools, files, skills: known });
    const system = overrides.instructions ? `${prompt}\n\n${overrides.instructions}` : prompt;
    const costUsd = (usage: Usage, ref: string) => catalog.costUsd(ref, usage);
    const fallbacks = (overrides.fallbacks ?? settings.fallbacks)
      .filter((ref) => catalog.resolveRef(ref) !== model.info.ref)
      .map((ref) => ({ ref, load: () => catalog.resolve(ref) }));
    const media = createMediaStore({ directory: join(home, "agents", address.agentId, "media") });
    const thinking = overrides.thinking ?? settings.thinking;
    const origin = { runId, agentId: address.agentId, sessionKey: address.key, mainSession };
    const notes = createDayNotes({ workspace, protectedPaths: [home], today: () => calendar.day(now()) });
    const money = { costUsd, worstCaseUsd: createWorstCase(catalog), spend: countedFor(ledger, rootRunId) };
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
      notes,
      ...(overrides.compact && { compact: overrides.compact }),
      ...(overrides.report && { report: files }),
      now,
    });
    return { model: model.info.ref, events };
  };
};

/** The model has said something, now or before a compaction. */
const isFromModel = (entry: TranscriptEntry): boolean =>
  entry.type === "compaction" || (entry.type === "assistant" && !entry.command);
/** Every call counts against the limit of the run that began the work. */
const countedFor = (ledger: SpendPort, rootRunId: string): SpendPort => ({
  reserve: (call) => ledger.reserve({ ...call, rootRunId }),
});
