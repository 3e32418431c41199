/** What a sub-agent's conversation says to the one who began it. Pure. */

import { wrapUntrusted, type TranscriptEntry } from "@skykoi/agent";

import { endInTranscript } from "../runs/end-in-transcript.ts";
import type { Subagent } from "./subagent.ts";

/** What is longer is in the sub-agent's conversation. */
const MAX_REPORT_CHARS = 20_000;

/** `runIds`: its run, and those in which it took up the reports of sub-agents of its own. */
export const reportOf = (
  { runId, sessionKey, label }: Subagent,
  runIds: readonly string[],
  entries: readonly TranscriptEntry[],
): string => {
  const said = entries.flatMap((entry) => (entry.type === "assistant" && runIds.includes(entry.runId) ? [entry] : []));
  const text = said.map(({ content }) => textIn(content)).findLast((one) => one !== "") ?? "";
  const end = endInTranscript(entries, runId)?.end;
  const name = `The sub-agent “${label.replaceAll(/\s+/g, " ")}” (${sessionKey})`;
  const result = text === "" ? "It said nothing." : wrapUntrusted({ source: `sub-agent ${label}`, text: cut(text) });
  if (end?.outcome === "completed") return `${name} has finished.\n\n${result}`;
  const reason = end?.outcome === "failed" ? end.message : "It was stopped.";
  return `${name} did not finish: ${reason}${text === "" ? "" : `\n\nWhat it had said:\n${result}`}`;
};

const textIn = (content: readonly { readonly type: string; readonly text?: string }[]): string =>
  content
    .map(({ type, text = "" }) => (type === "text" ? text : ""))
    .join("")
    .trim();

const cut = (text: string): string =>
  text.length > MAX_REPORT_CHARS
    ? `${text.slice(0, MAX_REPORT_CHARS)}\n[cut; the rest is in its conversation, see sessions_history]`
    : text;
