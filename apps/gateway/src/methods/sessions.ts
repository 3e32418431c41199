/** `sessions.list`, `sessions.subscribe`, `sessions.unsubscribe`. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type SessionsSource = Pick<GatewayContext, "resolve" | "store" | "lanes" | "now">;

const DEFAULT_LIMIT = 200;
const MINUTE_MS = 60_000;

type SessionMethods = Pick<Handlers, "sessions.list" | "sessions.subscribe" | "sessions.unsubscribe">;

export const createSessionsFeature = (source: SessionsSource): Feature<SessionMethods> => ({
  methods: answers(source),
});

const answers = ({ resolve, store, lanes, now }: SessionsSource): SessionMethods => ({
  "sessions.list": ({ limit = DEFAULT_LIMIT, activeMinutes, agentId }) => {
    const since = activeMinutes === undefined ? 0 : now() - activeMinutes * MINUTE_MS;
    const sessions = store
      .records()
      .map(({ key, record }) => ({ address: resolve(key), record }))
      .filter(({ address, record }) => record.updatedAt >= since && (agentId ?? address.agentId) === address.agentId)
      .toSorted((a, b) => b.record.updatedAt - a.record.updatedAt)
      .slice(0, limit)
      .map(({ address, record: { createdAt: _createdAt, open: _open, ...shown } }) => {
        const hasActiveRun = lanes.running(address.key) !== undefined;
        const isQueued = lanes.waiting(address.key).length > 0;
        const status = hasActiveRun ? ("running" as const) : isQueued ? ("queued" as const) : ("idle" as const);
        return { ...address, ...shown, status, hasActiveRun, origin: address.channel };
      });
    return { count: sessions.length, sessions };
  },

  "sessions.subscribe": ({ sessionKey }, { filter }) => {
    filter.subscribe(sessionKey === undefined ? undefined : resolve(sessionKey).key);
    return { ok: true, subscribed: filter.subscribed() };
  },

  "sessions.unsubscribe": ({ sessionKey }, { filter }) => {
    filter.unsubscribe(sessionKey === undefined ? undefined : resolve(sessionKey).key);
    return { ok: true, subscribed: filter.subscribed() };
  },
});
