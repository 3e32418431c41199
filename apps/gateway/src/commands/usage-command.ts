/** `/usage`: what this session, today and this month have cost, beside the limits. */

import { toUsd } from "../usage/usage-schema.ts";
import { answer, type ChatCommand } from "./chat-command.ts";
import type { CommandSource } from "./command-source.ts";

export const createUsageCommand = ({ config, store, ledger }: CommandSource): ChatCommand => ({
  name: "usage",
  argument: "",
  summary: "Shows what was used, and the limits.",
  run: ({ address }) => {
    const { maxUsdPerDay, maxUsdPerMonth } = config.current().limits;
    const { dayNanoUsd, monthNanoUsd } = ledger.today();
    const { inputTokens = 0, outputTokens = 0, costUsd = 0 } = store.record(address) ?? {};
    return answer(
      [
        `This session: ${inputTokens} tokens in, ${outputTokens} out, ${usd(costUsd)}`,
        `Today: ${usd(toUsd(dayNanoUsd))} of ${usd(maxUsdPerDay)}`,
        `This month: ${usd(toUsd(monthNanoUsd))} of ${usd(maxUsdPerMonth)}`,
      ].join("\n"),
    );
  },
});

const usd = (amount: number): string => `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
