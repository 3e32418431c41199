/** What a session works with: its own choice, else its agent's, else the default. */

import type { SkykoiConfig } from "@skykoi/config";

import type { SessionRecord } from "./session-record.ts";

type Agents = SkykoiConfig["agents"];

/** The agent's own directory, else the default one. */
export const agentWorkspace = (agentId: string, { defaults, list }: Agents): string =>
  list.find(({ id }) => id === agentId)?.workspace ?? defaults.workspace;

export interface SessionSettings {
  /** A model reference or an alias. */
  readonly model: string;
  readonly fallbacks: readonly string[];
  readonly thinking: Agents["defaults"]["thinking"];
}

export const sessionSettings = (
  agentId: string,
  record: Pick<SessionRecord, "overrides"> | undefined,
  { defaults, list }: Agents,
): SessionSettings => {
  const agent = list.find(({ id }) => id === agentId);
  const own = record?.overrides;
  return {
    model: own?.model ?? agent?.model?.primary ?? defaults.model.primary,
    fallbacks: agent?.model?.fallbacks ?? defaults.model.fallbacks,
    thinking: own?.thinking ?? agent?.thinking ?? defaults.thinking,
  };
};
