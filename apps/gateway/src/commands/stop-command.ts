/** `/stop`: nothing runs or waits in the session any more. */

import { answer, type ChatCommand } from "./chat-command.ts";

export const stopCommand: ChatCommand = {
  name: "stop",
  argument: "",
  summary: "Stops what runs and drops what waits.",
  run: async ({ stop }) => {
    const count = await stop();
    if (count === 0) return answer("Nothing was running.");
    return answer(count === 1 ? "Stopped." : `Stopped ${count} messages.`);
  },
};
