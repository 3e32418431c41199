/** `agents.list` and `models.list`. */

import type { SkykoiConfig } from "@skykoi/config";
import type { ModelCatalog } from "@skykoi/model";

import type { Handlers } from "../rpc/method-table.ts";
import { MAIN_KEY, type AgentNames } from "../sessions/session-key.ts";

export interface AgentsSource {
  readonly config: SkykoiConfig;
  readonly agents: AgentNames;
  readonly catalog: ModelCatalog;
}

type AgentMethods = Pick<Handlers, "agents.list" | "models.list">;

export const agentMethods = ({ config, agents, catalog }: AgentsSource): AgentMethods => ({
  "agents.list": () => {
    const { workspace, model } = config.agents.defaults;
    return {
      defaultId: agents.defaultId,
      mainKey: MAIN_KEY,
      scope: "per-sender",
      agents: config.agents.list.map(({ id, name }) => ({ id, name, workspace, model: { primary: model.primary } })),
    };
  },

  "models.list": () => ({
    models: catalog.list().map(({ ref, name, provider, contextWindow, reasoning, input, available }) => ({
      id: ref,
      name,
      provider,
      contextWindow,
      reasoning,
      input: [...input],
      available,
    })),
  }),
});
