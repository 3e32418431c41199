/** How the gateway tells what happens: the journal and log of events, the hub that hands them out, health and presence. */

import { join } from "node:path";

import type { Logger } from "@skykoi/log";
import type { Health, StateVersion } from "@skykoi/protocol";

import { readBootId } from "./events/boot-id.ts";
import { createEventHub, type EventHub } from "./events/event-hub.ts";
import { openEventJournal } from "./events/event-journal.ts";
import { createEventLog, type EventLog } from "./events/event-log.ts";
import { createHealthMonitor, type HealthMonitor } from "./health/health-monitor.ts";
import { createModelHealth } from "./health/model-health.ts";
import { createStorageHealth, type StorageHealth } from "./health/storage-health.ts";
import { createCountingHub } from "./metrics/counting-hub.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import type { GatewayLimits } from "./options.ts";
import { createPresence, type Presence } from "./presence/presence.ts";

export interface TellingOptions {
  readonly home: string;
  readonly limits: GatewayLimits;
  /** Why the configuration is not the one that was asked for. */
  readonly degraded: readonly string[];
  /** Asked when a reason changed. */
  readonly health: () => Health;
  readonly now: () => number;
  readonly log: Logger;
}

export interface Telling {
  readonly events: EventLog;
  readonly hub: EventHub;
  readonly metrics: Metrics;
  readonly presence: Presence;
  readonly monitor: HealthMonitor;
  readonly storage: StorageHealth;
  readonly stateVersion: () => StateVersion;
}

/** Files of the journal of events; the oldest goes as a whole. */
const JOURNAL_SEGMENTS = 8;

export const createTelling = ({ home, limits, degraded, health, now, log }: TellingOptions): Telling => {
  const journal = openEventJournal({
    directory: join(home, "events"),
    bootId: readBootId(),
    maxSegments: JOURNAL_SEGMENTS,
    maxSegmentBytes: Math.ceil(limits.maxJournalBytes / JOURNAL_SEGMENTS),
    onFailure: (thrown) => {
      log.error("events are kept in memory only; after a restart clients load their conversation again", {
        error: thrown,
      });
      storage.observe(thrown);
    },
  });
  const events = createEventLog({
    journal,
    maxEvents: limits.maxLoggedEvents,
    maxCharacters: limits.maxLoggedCharacters,
  });
  const metrics = createMetrics();
  const hub = createCountingHub(createEventHub(events), metrics, (end) => modelHealth(end));
  const stateVersion = (): StateVersion => ({ presence: presence.version(), health: monitor.version() });
  const presence = createPresence({
    now,
    announce: () => hub.broadcast("presence", { presence: presence.entries() }, stateVersion()),
  });
  const monitor = createHealthMonitor(degraded, () => hub.broadcast("health", health(), stateVersion()));
  const modelHealth = createModelHealth(monitor);
  const storage = createStorageHealth(monitor, log);
  return { events, hub, metrics, presence, monitor, storage, stateVersion };
};
