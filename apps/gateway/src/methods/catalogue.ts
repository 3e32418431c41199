/** `tools.catalog`, `channels.status`, and the lists of the family that are always empty here. */

import { TOOL_PROFILES, placeOfTool, type Tool } from "@skykoi/agent";
import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type CatalogueMethods = Pick<
  Handlers,
  "tools.catalog" | "channels.status" | "question.list" | "plugin.approval.list" | "taskSuggestions.list"
>;
type CatalogueSource = Pick<GatewayContext, "tools" | "agents" | "config" | "channels" | "presence" | "now">;

export const createCatalogueFeature = (source: CatalogueSource): Feature<CatalogueMethods> => ({
  methods: {
    "tools.catalog": async ({ agentId = source.agents.defaultId }) => {
      if (!source.agents.ids.includes(agentId))
        throw fault("NOT_FOUND", { message: `There is no agent "${agentId}".` });
      const allowed = new Set((await source.tools.current(agentId)).map(({ name }) => name));
      return {
        agentId,
        profile: source.config.current().tools.profile,
        profiles: TOOL_PROFILES.map((id) => ({ id, label: capitalized(id) })),
        groups: [...Map.groupBy(await source.tools.all(agentId), ({ name }) => placeOfTool(name).group)].map(
          ([id, tools]) => ({
            id,
            label: GROUP_LABELS[id] ?? capitalized(id),
            source: "core" as const,
            tools: tools.map((tool) => toolRow(tool, allowed)),
          }),
        ),
      };
    },
    "channels.status": ({ channel }) => channelStatus(source, channel),
    "question.list": () => ({ questions: [] }),
    "plugin.approval.list": () => [],
    "taskSuggestions.list": () => ({ suggestions: [] }),
  },
});

const GROUP_LABELS: Readonly<Record<string, string>> = { fs: "Files", runtime: "Commands", ui: "Screen and voice" };

const toolRow = ({ name, description }: Tool, allowed: ReadonlySet<string>) => ({
  id: name,
  label: name,
  description,
  source: "core" as const,
  defaultProfiles: placeOfTool(name).profiles,
  allowed: allowed.has(name),
});

/** The clients' own sockets: always there, whatever else is connected. */
const WEBCHAT = "webchat";
const ACCOUNT = "default";

const channelStatus = ({ channels, presence, now }: CatalogueSource, wanted: string | undefined) => {
  const names = [WEBCHAT, ...channels.names().filter((name) => name !== WEBCHAT)];
  if (wanted !== undefined && !names.includes(wanted)) {
    throw fault("NOT_FOUND", { message: `There is no channel "${wanted}" connected. There is: ${names.join(", ")}.` });
  }
  const shown = wanted === undefined ? names : [wanted];
  const rows = shown.map((name) => {
    const state = { configured: true, running: true, connected: name !== WEBCHAT || presence.count() > 0 };
    return { name, state, label: name === WEBCHAT ? "Web chat" : capitalized(name) };
  });
  return {
    ts: now(),
    channelOrder: shown,
    channelLabels: Object.fromEntries(rows.map(({ name, label }) => [name, label])),
    channels: Object.fromEntries(rows.map(({ name, state }) => [name, state])),
    channelAccounts: Object.fromEntries(
      rows.map(({ name, state }) => [name, [{ accountId: ACCOUNT, enabled: true, ...state }]]),
    ),
    channelDefaultAccountId: Object.fromEntries(rows.map(({ name }) => [name, ACCOUNT])),
  };
};

const capitalized = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
