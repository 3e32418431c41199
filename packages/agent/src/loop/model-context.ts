/** What the model is told of a transcript: pure, and stable from call to call so that it can be cached. */

import type { ModelImage, ModelMessage, ModelToolResult } from "@skykoi/model";

import type {
  AssistantEntry,
  ImageContent,
  RunEndEntry,
  TextContent,
  ToolResultEntry,
  TranscriptEntry,
  UserEntry,
  MediaStore,
} from "../port.ts";
import { runsInOrder } from "../sessions/conversation.ts";
import { isQuietHeartbeat } from "../sessions/quiet-run.ts";

/** Where the bytes of pictures come from, once a model that sees them is asked. */
type MediaReader = Pick<MediaStore, "read">;

/** The result the model sees for a call that never got one. The file is left as it is. */
const NO_RESULT = "No result: the run ended before this tool had finished.";

const CLOSING_NOTES: Record<RunEndEntry["outcome"], string> = {
  completed: "",
  aborted: "[stopped by the user]",
  failed: "[this answer failed]",
  interrupted: "[interrupted by a restart]",
};

/**
 * All earlier runs, then the run at hand. Messages still waiting for their run are left out. An earlier run always ends
 * with an answer: one that was cut short says so, so that the model knows and roles alternate.
 */
export const modelMessages = (
  entries: readonly TranscriptEntry[],
  currentRunId: string,
  media?: MediaReader,
): ModelMessage[] => {
  // What belongs to no run, and what the gateway answered, is for the reader alone.
  const runs = runsInOrder(entries).filter((run) => runIdOf(run) !== undefined && !run.some(isCommand));
  const isCurrent = (run: readonly TranscriptEntry[]): boolean => runIdOf(run) === currentRunId;
  // A heartbeat that had nothing to tell is not worth its tokens.
  const earlier = runs.filter((run) => !isCurrent(run) && hasStarted(run) && !isQuietHeartbeat(run));
  const messages = [
    ...earlier.flatMap((run) => earlierRun(run, media)),
    ...runs.filter(isCurrent).flatMap((run) => runMessages(run, media)),
  ];
  const summary = entries.findLast((entry) => entry.type === "compaction")?.summary;
  return summary === undefined ? messages : summarized(summary, messages);
};

/** What was said before, in front of the first message. */
const summarized = (summary: string, [first, ...rest]: readonly ModelMessage[]): ModelMessage[] => {
  const text = `[Earlier in this conversation, summarized]\n\n${summary}`;
  if (first?.role === "user") return [{ ...first, text: joined([text, first.text]) }, ...rest];
  return [{ role: "user", text }, ...(first ? [first] : []), ...rest];
};

const runIdOf = ([first]: readonly TranscriptEntry[]): string | undefined =>
  first?.type === "user" ? (first.answeredBy ?? first.runId) : first?.runId;

const isCommand = (entry: TranscriptEntry): boolean =>
  ((entry.type === "user" || entry.type === "assistant") && entry.command === true) ||
  (entry.type === "user" && (entry.overrides?.compact !== undefined || entry.overrides?.report === true));

const hasStarted = (run: readonly TranscriptEntry[]): boolean => run.some(({ type }) => type !== "user");

/** What stands for the question when the agent was told to say something that nobody asked for in this session. */
const UNASKED: ModelMessage = { role: "user", text: "[Nobody asked; this came from your own automation.]" };

const earlierRun = (run: readonly TranscriptEntry[], media: MediaReader | undefined): ModelMessage[] => {
  const said = runMessages(run, media);
  const messages = said[0]?.role === "assistant" ? [UNASKED, ...said] : said;
  const outcome = run.find((entry) => entry.type === "runEnd")?.outcome ?? "interrupted";
  const last = messages.at(-1);
  if (last?.role === "assistant") {
    const text = joined([last.text, CLOSING_NOTES[outcome]]) || "[no answer]";
    return [...messages.slice(0, -1), { ...last, text }];
  }
  return last ? [...messages, { role: "assistant", text: CLOSING_NOTES[outcome] || "[no answer]", toolCalls: [] }] : [];
};

/** What was put down for the session while it was quiet: read before the message of the run that shows it. */
const isFromSystem = (entry: TranscriptEntry): boolean => entry.type === "user" && entry.origin?.kind === "system";

const runMessages = (run: readonly TranscriptEntry[], media: MediaReader | undefined): ModelMessage[] => {
  const results = run.filter((entry) => entry.type === "toolResult");
  return [...run.filter(isFromSystem), ...run.filter((entry) => !isFromSystem(entry))].flatMap(
    (entry): ModelMessage[] => {
      switch (entry.type) {
        case "user": {
          const { text, ...pictures } = shown(entry.content, media);
          return [{ role: "user", text: shortened(entry, text), ...pictures }];
        }
        case "assistant":
          return assistantMessages(entry, results, media);
        default:
          return [];
      }
    },
  );
};

/** The answer and, directly after it, a result for each of its tool calls. */
const assistantMessages = (
  entry: AssistantEntry,
  results: readonly ToolResultEntry[],
  media: MediaReader | undefined,
): ModelMessage[] => {
  const toolCalls = entry.content.flatMap((block) =>
    block.type === "toolCall" ? [{ id: block.id, name: block.name, input: block.arguments }] : [],
  );
  const text = joined(entry.content.map((block) => (block.type === "text" ? block.text : "")));
  const reasoning = entry.content.flatMap((block) =>
    block.type === "thinking" && block.signature !== undefined
      ? [{ text: block.thinking, signature: block.signature, model: entry.model }]
      : [],
  );
  const answer: ModelMessage = { role: "assistant", text, toolCalls, ...(reasoning.length > 0 && { reasoning }) };
  if (toolCalls.length === 0) return [answer];
  return [answer, { role: "tool", results: toolCalls.map(({ id, name }) => resultOf(id, name, results, media)) }];
};

const resultOf = (
  toolCallId: string,
  toolName: string,
  results: readonly ToolResultEntry[],
  media: MediaReader | undefined,
): ModelToolResult => {
  const result = results.find((candidate) => candidate.toolCallId === toolCallId);
  if (!result) return { toolCallId, toolName, text: NO_RESULT, isError: true };
  return { toolCallId, toolName, ...shown(result.content, media), isError: result.isError };
};

/** The words, and the pictures beside them; their bytes are read when a request is encoded. */
const shown = (
  content: readonly (TextContent | ImageContent)[],
  media: MediaReader | undefined,
): { readonly text: string; readonly images?: readonly ModelImage[] } => {
  const text = joined(content.map((block) => (block.type === "text" ? block.text : "")));
  const images = content.flatMap((block) =>
    block.type === "image"
      ? [{ mimeType: block.mimeType, sizeBytes: block.sizeBytes, read: async () => media?.read(block.media) }]
      : [],
  );
  return images.length > 0 ? { text, images } : { text };
};

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== "").join("\n\n");

const SHORT_LENGTH = 200;

/** Too many messages waited: of the oldest the model is told the beginning. */
const shortened = (entry: UserEntry, text: string): string => {
  if (!entry.shortened || text.length <= SHORT_LENGTH) return text;
  return `${text.slice(0, SHORT_LENGTH)} [shortened: too many messages were waiting]`;
};
