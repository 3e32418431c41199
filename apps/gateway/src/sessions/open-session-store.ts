/** Opens the sessions below a gateway's home: one directory and one index an agent. */

import { join } from "node:path";

import { openTranscript, type TranscriptFiles } from "@skykoi/agent";
import type { Logger } from "@skykoi/log";

import type { HealthMonitor } from "../health/health-monitor.ts";
import type { StorageHealth } from "../health/storage-health.ts";
import { openSessionIndex } from "./session-index.ts";
import { isSessionKeyOf, type AgentNames } from "./session-key.ts";
import { createSessionStore, type SessionStore } from "./session-store.ts";

export interface OpenSessionStoreOptions {
  readonly home: string;
  readonly agents: AgentNames;
  readonly maxOpen: number;
  readonly health: HealthMonitor;
  readonly storage: StorageHealth;
  readonly transcriptFiles: TranscriptFiles | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

export const openSessionStore = async (options: OpenSessionStoreOptions): Promise<SessionStore> => {
  const { home, agents, transcriptFiles: files, maxOpen, health, storage, now, log } = options;
  const opened = await Promise.all(
    agents.ids.map(async (id) => {
      const directory = join(home, "agents", id, "sessions");
      const index = await openSessionIndex(directory, (key) => isSessionKeyOf(key, id, agents));
      if (index.quarantinedTo !== undefined) {
        log.error("list of sessions not readable", { quarantinedTo: index.quarantinedTo });
        health.report("sessions", `The list of sessions could not be read; it was kept as ${index.quarantinedTo}.`);
      }
      return [id, { directory, index }] as const;
    }),
  );

  return createSessionStore({
    agents: new Map(opened),
    openTranscript: async ({ path, sessionId }) => {
      const transcript = await openTranscript({ path, sessionId, now, ...(files && { files }) });
      for (const { kind, message } of transcript.problems) log.warn("transcript repaired", { path, kind, message });
      return transcript;
    },
    now,
    maxOpen,
    onBackgroundFailure: (thrown) => {
      log.error("sessions not saved", { error: thrown });
      storage.observe(thrown);
    },
  });
};
