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

  "models.list": ({ provider: wanted }) => {
    const aliases = Object.entries(catalog.aliases());
    const primary = catalog.resolveRef(config.current().agents.defaults.model.primary);
    const listed = catalog.list().filter(({ provider }) => wanted === undefined || provider === wanted);
    return {
      models: listed.map(({ ref, input, ...model }) => ({
        id: ref,
        name: model.name,
        provider: model.provider,
        contextWindow: model.contextWindow,
        reasoning: model.reasoning,
        input: [...input],
        available: model.available,
        maxOutputTokens: model.maxOutputTokens,
        demo: model.demo,
        aliases: aliases.filter(([, target]) => target === ref).map(([alias]) => alias),
        isDefault: ref === primary,
      })),
    };
  },
});
