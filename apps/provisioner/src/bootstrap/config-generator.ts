/** Writes the skykoi.json of a new instance, so that nobody ever has to. Only what differs from the defaults is in it. */

import type { GatewayPlacement } from "./placement.ts";
import type { ModelSettings } from "./model-settings.ts";

export interface ConfigInput {
  readonly agent: { readonly name: string };
  readonly gatewayToken: string;
  readonly placement: GatewayPlacement;
  readonly model: ModelSettings;
}

const HEADER = `// Written by SkyKoi when this agent was created. What is not here has a default.
// A broken edit does no harm: the gateway goes on with the last configuration that worked and says why.
`;

/** The text is JSON5 and holds a secret: the gateway's token. */
export const generateConfig = ({ agent, gatewayToken, placement, model }: ConfigInput): string => {
  const config = {
    gateway: {
      mode: "local",
      port: placement.port,
      bind: placement.bind,
      auth: { mode: "token", token: gatewayToken },
    },
    agents: {
      defaults: { workspace: placement.workspace, model: { primary: model.ref } },
      list: [{ id: "main", name: withoutReferences(agent.name) }],
    },
    ...modelsSection(model),
  };
  return `${HEADER}${JSON.stringify(config, undefined, 2)}\n`;
};

const modelsSection = (model: ModelSettings): object => {
  switch (model.kind) {
    case "offline":
      return {};
    case "bedrock":
      return {
        models: { providers: { "amazon-bedrock": { api: "bedrock-converse-stream", region: model.region } } },
      };
    case "custom":
      return {
        models: {
          providers: {
            custom: {
              api: "openai-completions",
              baseUrl: model.baseUrl,
              ...(model.hasApiKey ? { apiKey: "${SKYKOI_MODEL_API_KEY}" } : {}),
              models: [{ id: model.model }],
            },
          },
        },
      };
    default:
      return model satisfies never;
  }
};

/** Strings of the configuration may name environment variables; a name that a person typed must not. */
const withoutReferences = (name: string): string => name.replaceAll(/\$+\{/g, "{");
