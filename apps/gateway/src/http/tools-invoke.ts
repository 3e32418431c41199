/** `POST /tools/invoke`: one tool of the agent, called by a program of its owner, under the same policy. */

import { randomUUID } from "node:crypto";

import { fault } from "@skykoi/fault";
import { compileValidator, nearest, parseOrThrow } from "@skykoi/schema";
import { Type } from "typebox";

import type { GatewayContext } from "../context.ts";
import { mainSessionKey } from "../sessions/session-key.ts";
import { readJsonBody } from "./json-body.ts";
import { sendJson } from "./problem.ts";
import type { HttpHandler } from "./route.ts";

type Source = Pick<GatewayContext, "tools" | "resolve" | "agents" | "log" | "config">;

const InvokeRequest = Type.Object(
  {
    tool: Type.String({ minLength: 1, maxLength: 128 }),
    args: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** In whose name; default the main session. */
    sessionKey: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  },
  { additionalProperties: false },
);

const check = compileValidator(InvokeRequest);
const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 20_000 };

export const createToolsInvoke =
  ({ tools, resolve, agents, log, config }: Source): HttpHandler =>
  async ({ request, response, signal }) => {
    const { tool: name, args = {}, sessionKey } = parseOrThrow(check, await readJsonBody(request, LIMITS), "The body");
    const address = resolve(sessionKey ?? mainSessionKey(agents.defaultId));
    const offered = await tools.current(address.agentId);
    const tool = offered.find((candidate) => candidate.name === name);
    if (!tool) throw notOffered(name, offered);

    const runId = `invoke_${randomUUID()}`;
    const run = {
      runId,
      agentId: address.agentId,
      sessionKey: address.key,
      mainSession: address.key === mainSessionKey(address.agentId),
    };
    const limit = AbortSignal.timeout(config.current().agents.defaults.timeoutSeconds * 1000);
    const startedAt = performance.now();
    const context = { run, toolCallId: runId, signal: AbortSignal.any([signal, limit]), update: () => undefined };
    const { text, isError, images = [] } = await tool.execute(args, context);
    const durationMs = Math.round(performance.now() - startedAt);
    // Arguments may hold what is nobody's business; the title is what a person would be shown.
    log.info("tool invoked over HTTP", { tool: name, title: tool.title(args), runId, isError, durationMs });
    const pictures = images.map(({ mimeType, bytes }) => ({
      type: "image",
      mimeType,
      data: Buffer.from(bytes).toString("base64"),
    }));
    sendJson(response, 200, { ok: !isError, result: { content: [{ type: "text", text }, ...pictures] }, durationMs });
  };

const notOffered = (name: string, offered: readonly { readonly name: string }[]) => {
  const meant = nearest(
    name,
    offered.map((tool) => tool.name),
  );
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return fault("NOT_FOUND", { message: `There is no tool "${name}", or the policy does not allow it.${hint}` });
};
