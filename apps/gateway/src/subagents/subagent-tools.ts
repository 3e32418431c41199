/** Which tools a sub-agent is not offered: what speaks to people, acts later, or knows what only the main session may. */

import type { SessionAddress } from "../sessions/session-key.ts";
import type { SessionRecord } from "../sessions/session-record.ts";

const NEVER = ["group:automation", "group:messaging", "group:memory"];
const DELEGATING = ["sessions_spawn", "sessions_send", "sessions_list", "sessions_history"];

/** Names and groups that are denied in this session, whatever the configuration allows. */
export const deniedTools = (
  { kind }: Pick<SessionAddress, "kind">,
  record: Pick<SessionRecord, "spawnedBy"> | undefined,
  maxDepth: number,
): readonly string[] => {
  if (kind !== "subagent") return [];
  const depth = record?.spawnedBy?.depth ?? Number.POSITIVE_INFINITY;
  return depth < maxDepth ? NEVER : [...NEVER, ...DELEGATING];
};
