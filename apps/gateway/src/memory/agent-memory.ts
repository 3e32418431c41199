/** The agents' memory as the gateway runs it: one index for each agent, embeddings paid from the same purse as answers. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";

import {
  createDailyNotes,
  createMemoryTools,
  type Embedding,
  type MemoryTools,
  type ReadDailyNotes,
  type RunOrigin,
  type SpendPort,
} from "@skykoi/agent";
import type { ModelCatalog } from "@skykoi/model";

import type { LiveConfig } from "../live-config.ts";
import { daysBefore, type Calendar } from "../usage/calendar.ts";

export interface AgentMemoryOptions {
  readonly config: LiveConfig;
  readonly catalog: Pick<ModelCatalog, "embed" | "costUsd" | "worstCaseUsd">;
  readonly ledger: SpendPort;
  readonly calendar: Calendar;
  /** Where its files are. */
  readonly workspace: string;
  readonly home: string;
  readonly now: () => number;
}

export interface AgentMemory extends MemoryTools {
  readonly dailyNotes: ReadDailyNotes;
}

/** What is remembered in each workspace. */
export interface AgentMemories {
  in(workspace: string): AgentMemory;
  close(): Promise<void>;
}

export const createAgentMemories = (options: Omit<AgentMemoryOptions, "workspace">): AgentMemories => {
  const memories = new Map<string, AgentMemory>();
  return {
    in: (workspace) => {
      const known = memories.get(workspace);
      if (known) return known;
      const memory = createAgentMemory({ ...options, workspace });
      memories.set(workspace, memory);
      return memory;
    },
    close: async () => {
      await Promise.all([...memories.values()].map((memory) => memory.close()));
    },
  };
};

const createAgentMemory = (options: AgentMemoryOptions): AgentMemory => {
  const { config, workspace, home, calendar, now } = options;
  const files = { workspace, protectedPaths: [home] };
  const embedding = (run: RunOrigin): Embedding | undefined => {
    const ref = config.current().memory.search.embedding;
    return ref === "" ? undefined : paidEmbedding(options, ref, run);
  };
  const today = (): string => calendar.day(now());
  return {
    ...createMemoryTools({
      ...files,
      databaseOf: (agentId) => join(home, "agents", agentId, "memory.db"),
      embedding,
      now,
    }),
    dailyNotes: createDailyNotes({ ...files, days: () => [today(), daysBefore(today(), 1)] }),
  };
};

/** No token is shorter than a byte. */
const paidEmbedding = (
  { catalog, ledger, now }: AgentMemoryOptions,
  ref: string,
  { runId, agentId, sessionKey }: RunOrigin,
): Embedding => ({
  ref,
  embed: async (texts, purpose, signal) => {
    const maxTokens = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const worstCaseUsd = catalog.worstCaseUsd(ref, { inputTokens: maxTokens, maxOutputTokens: 0 }).usd;
    const callId = `embed_${randomUUID()}`;
    const decision = await ledger.reserve({
      callId,
      runId,
      agentId,
      sessionKey,
      sessionId: "",
      model: ref,
      worstCaseUsd,
    });
    if (!decision.allowed) throw decision.fault;
    const start = now();
    const settle = (inputTokens: number, estimated: boolean): Promise<void> => {
      const usage = { inputTokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
      const costUsd = catalog.costUsd(ref, usage);
      return decision.reservation.settle({ usage, costUsd, durationMs: now() - start, estimated });
    };
    try {
      const { vectors, inputTokens } = await catalog.embed(ref, texts, signal, purpose);
      await settle(inputTokens, false);
      return vectors;
    } catch (thrown) {
      await settle(maxTokens, true);
      throw thrown;
    }
  },
});
