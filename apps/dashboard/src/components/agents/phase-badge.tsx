/** An agent's phase as a dot and a word. */

import type { AgentView } from "@skykoi/api/views";

import { dotClass, textClass } from "../ui/tone.ts";
import { phaseMeaning } from "./phase.ts";

export const PhaseBadge = ({ agent }: { agent: Pick<AgentView, "phase" | "desired"> }) => {
  const { tone, words } = phaseMeaning(agent);
  return (
    <span className={`inline-flex items-center gap-2 whitespace-nowrap text-small ${textClass[tone]}`}>
      <span aria-hidden className={`size-1.5 rounded-full ${dotClass[tone]}`} />
      {words}
    </span>
  );
};
