/** `agents.list` and `models.list`. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { MAIN_KEY } from "../sessions/session-key.ts";
import { agentWorkspace, sessionSettings } from "../sessions/session-settings.ts";

type AgentsSource = Pick<GatewayContext, "config" | "agents" | "catalog">;

type AgentMethods = Pick<Handlers, "agents.list" | "models.list">;

export const createAgentsFeature = (source: AgentsSource): Feature<AgentMethods> => ({ methods: answers(source) });

const answers = ({ config, agents, catalog }: AgentsSource): AgentMethods => ({
  "agents.list": () => {
    const current = config.current().agents;
    return {
      defaultId: agents.defaultId,
      mainKey: MAIN_KEY,
      scope: "per-sender",
      agents: current.list.map(({ id, name }) => ({
        id,
        name,
        workspace: agentWorkspace(id, current),
        model: { primary: sessionSettings(id, undefined, current).model },
      })),
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
