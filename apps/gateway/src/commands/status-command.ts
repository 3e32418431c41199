/** `/status`: what the session is doing, with which model, and how full and how dear it is. */

import { sessionSettings } from "../sessions/session-settings.ts";
import { answer, type ChatCommand } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";

export const createStatusCommand = ({ config, catalog, store, lanes, now }: CommandSource): ChatCommand => ({
  name: "status",
  argument: "",
  summary: "Shows what the session is doing and what it used.",
  run: ({ address }) => {
    const record = store.record(address);
    const { model, thinking } = sessionSettings(address.agentId, record, config.current().agents);
    const window = catalog.list().find(({ ref }) => ref === catalog.resolveRef(model))?.contextWindow;
    const running = lanes.running(address.key);
    const waiting = lanes.waiting(address.key).length;
    const lines = [
      `Session: ${address.key}`,
      `Model: ${model}, thinking ${thinking}`,
      running ? `Running since ${seconds(now() - running.acceptedAt)}, ${waiting} waiting` : "Idle",
    ];
    if (record) {
      const { contextTokens, inputTokens, outputTokens, costUsd } = record;
      const share = window ? ` (${Math.round((100 * contextTokens) / window)} % of ${window})` : "";
      lines.push(
        `Context: ${contextTokens} tokens${share}`,
        `Used: ${inputTokens} tokens in, ${outputTokens} out, $${costUsd.toFixed(4)}`,
      );
    }
    return answer(lines.join("\n"));
  },
});

const seconds = (durationMs: number): string => `${Math.round(durationMs / 1000)} s`;
