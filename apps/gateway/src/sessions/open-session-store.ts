/** Opens the sessions below a gateway's home: one directory and one index an agent. */

import { join } from "node:path";

import { createTranscriptLibrary, diskTranscriptFiles, type TranscriptFiles } from "@skykoi/agent";
import type { Logger } from "@skykoi/log";

import type { HealthMonitor } from "../health/health-monitor.ts";
import type { StorageHealth } from "../health/storage-health.ts";
import { rebuildRecords } from "./rebuild-records.ts";
import { openSessionIndex } from "./session-index.ts";
import { isSessionKeyOf, type AgentNames } from "./session-key.ts";
import { createSessionStore, type SessionStore, type SessionStoreOptions, type StoredAgent } from "./session-store.ts";

export interface OpenSessionStoreOptions {
  readonly home: string;
  readonly agents: AgentNames;
  readonly maxOpen: number;
  readonly health: HealthMonitor;
  readonly storage: StorageHealth;
  readonly transcriptFiles: TranscriptFiles | undefined;
  readonly onChanged: SessionStoreOptions["onChanged"];
  readonly now: () => number;
  readonly log: Logger;
}

export const openSessionStore = async (options: OpenSessionStoreOptions): Promise<SessionStore> => {
  const { agents, maxOpen, storage, onChanged, now, log } = options;
  const opened = await Promise.all(agents.ids.map(async (id) => [id, await openAgent(options, id)] as const));
  return createSessionStore({
    agents: new Map(opened),
    onOpened: ({ sessionId, problems }) => {
      for (const { kind, message } of problems) log.warn("transcript repaired", { sessionId, kind, message });
    },
    onChanged,
    now,
    maxOpen,
    onBackgroundFailure: (thrown) => {
      log.error("sessions not saved", { error: thrown });
      storage.observe(thrown);
    },
  });
};

const openAgent = async (options: OpenSessionStoreOptions, id: string): Promise<StoredAgent> => {
  const { home, agents, transcriptFiles: files = diskTranscriptFiles, health, now, log } = options;
  const directory = join(home, "agents", id, "sessions");
  const library = createTranscriptLibrary({
    directory,
    files,
    now,
    onProblem: (message) => log.warn("index of the sessions", { agentId: id, message }),
  });
  const index = await openSessionIndex({ directory, files, isKey: (key) => isSessionKeyOf(key, id, agents) });
  if (index.isNew) await rebuildRecords(index, library);
  if (index.quarantinedTo !== undefined) {
    log.error("list of sessions not readable", { quarantinedTo: index.quarantinedTo });
    health.report(
      "sessions",
      `The list of sessions could not be read; it was kept as ${index.quarantinedTo} and made again from the transcripts.`,
    );
  }
  return { library, index };
};
