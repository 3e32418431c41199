/** `/compact`: older history becomes a summary now, in a run of its own. */

import type { ChatCommand } from "./chat-command.ts";

export const compactCommand: ChatCommand = {
  name: "compact",
  argument: "[what the summary should look at]",
  summary: "Summarizes the older part of the conversation.",
  run: ({ argument: instructions }) => ({
    kind: "message",
    text: `/compact ${instructions}`.trim(),
    overrides: { compact: { instructions } },
  }),
};
