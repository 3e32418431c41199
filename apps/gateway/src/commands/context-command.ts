/** `/context`: what occupies the model's window, told by a run that asks no model. */

import type { ChatCommand } from "./chat-command.ts";

export const contextCommand: ChatCommand = {
  name: "context",
  argument: "",
  summary: "Shows what occupies the model's window.",
  run: () => ({ kind: "message", text: "/context", overrides: { report: true } }),
};
