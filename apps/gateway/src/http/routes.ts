/** Every HTTP address of the gateway. */

import type { GatewayContext } from "../context.ts";
import type { ProbeState } from "../transport/probes.ts";
import { probeRoutes } from "../transport/probes.ts";
import type { Route } from "./route.ts";

const sendFault: NonNullable<Route["sendFault"]> = (response, cause) =>
  void import("./openai/openai-error.ts").then(({ sendOpenAiError }) => sendOpenAiError(response, cause));

export const httpRoutes = (context: GatewayContext, probes: ProbeState): readonly Route[] => {
  const { http } = context.config.current().gateway;
  const openai = { enabled: () => http.openai.enabled, sendFault } as const;

  return [
    ...probeRoutes(probes),
    {
      method: "GET",
      path: "/",
      auth: "none",
      enabled: () => http.webchat.enabled,
      load: async () => (await import("./webchat/page.ts")).webChat,
    },
    {
      method: "POST",
      path: "/hooks/wake",
      auth: "hooks",
      enabled: () => http.hooks.enabled,
      load: async () => (await import("./hooks/hooks.ts")).createWakeHook(context),
    },
    {
      method: "POST",
      path: "/hooks/agent",
      auth: "hooks",
      enabled: () => http.hooks.enabled,
      load: async () => (await import("./hooks/hooks.ts")).createAgentHook(context),
    },
    {
      method: "POST",
      path: "/tools/invoke",
      auth: "operator.write",
      load: async () => (await import("./tools-invoke.ts")).createToolsInvoke(context),
    },
    {
      method: "GET",
      path: "/metrics",
      auth: "operator.read",
      load: async () => (await import("./metrics.ts")).createMetricsHandler(context),
    },
    {
      ...openai,
      auth: "operator.write",
      method: "POST",
      path: "/v1/chat/completions",
      load: async () => (await import("./openai/chat-completions.ts")).createChatCompletions(context),
    },
    {
      ...openai,
      auth: "operator.write",
      method: "POST",
      path: "/v1/responses",
      load: async () => (await import("./openai/responses.ts")).createResponses(context),
    },
    {
      ...openai,
      auth: "operator.read",
      method: "GET",
      path: "/v1/models",
      load: async () => (await import("./openai/models.ts")).createModelList(context),
    },
    {
      ...openai,
      auth: "operator.read",
      method: "GET",
      path: "/v1/models/*",
      load: async () => (await import("./openai/models.ts")).createModelLookup(context),
    },
  ];
};
