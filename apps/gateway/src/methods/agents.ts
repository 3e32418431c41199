/** `agents.list` and `models.list`. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { MAIN_KEY } from "../sessions/session-key.ts";

type AgentsSource = Pick<GatewayContext, "config" | "agents" | "catalog">;

type AgentMethods = Pick<Handlers, "agents.list" | "models.list">;

export const createAgentsFeature = (source: AgentsSource): Feature<AgentMethods> => ({ methods: answers(source) });

const answers = ({ config, agents, catalog }: AgentsSource): AgentMethods => ({
  "agents.list": () => {
    const { defaults, list } = config.current().agents;
    const { workspace, model } = defaults;
    return {
      defaultId: agents.defaultId,
      mainKey: MAIN_KEY,
      scope: "per-sender",
      agents: list.map(({ id, name }) => ({ id, name, workspace, model: { primary: model.primary } })),
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
