/** Has the agent answer one request: the text as it grows, then how it ended. A client that leaves stops the run. */

import type { NewEntry, RunOverrides } from "@skykoi/agent";
import { fault, FAULTS, isFaultCode, type Fault } from "@skykoi/fault";
import { NO_USAGE, type Usage } from "@skykoi/model";

import type { GatewayContext } from "../../context.ts";
import type { SessionAddress } from "../../sessions/session-key.ts";
import type { Conversation, Said } from "./conversation.ts";
import type { Target } from "./target.ts";

export type AnswerSource = Pick<GatewayContext, "hub" | "inbox" | "ends" | "store" | "config">;

export interface Question {
  readonly target: Target;
  readonly conversation: Conversation;
  readonly signal: AbortSignal;
  /** Each new piece of the answer. */
  readonly onText: (piece: string) => void;
}

export interface Answer {
  readonly text: string;
  readonly usage: Usage;
  readonly truncated: boolean;
}

/** Throws why there is no answer: QUEUE_FULL, SPEND_LIMIT_REACHED, a fault of the model, ABORTED, TIMEOUT. */
export const answerOf = async (source: AnswerSource, question: Question): Promise<Answer> => {
  const { target, signal } = question;
  const { address, runId } = target;
  const reader = createReader(runId, question.onText);
  const detach = source.hub.attach(
    { scopes: ["operator.read"], wantsSession: (key) => key === address.key, sendEvent: reader.read },
    [],
  );
  try {
    const started = await accept(source, question);
    const end = await source.ends.wait(runId, { timeoutMs: patienceMs(source), signal });
    if (end === undefined) {
      await source.inbox.abort(address, runId);
      throw fault(signal.aborted ? "ABORTED" : "TIMEOUT");
    }
    if (end.outcome === "aborted") throw fault("ABORTED", { message: "The run was stopped." });
    if (end.outcome === "failed") throw failureOf(end);
    const kept = await keptAnswer(source, address, runId);
    if (!started) question.onText(kept.text);
    return { ...kept, text: started ? reader.text() : kept.text };
  } finally {
    detach();
  }
};

/** Whether the run is this request's own; a repeated one gets the answer of the first. */
const accept = async (source: AnswerSource, { target, conversation }: Question): Promise<boolean> => {
  const { address, runId, model, remembers } = target;
  const { instructions, earlier, text } = conversation;
  if (!remembers) await remember(source, address, earlier);
  const overrides: RunOverrides = { ...(model && { model }), ...(instructions && { instructions }) };
  return (await source.inbox.accept({ address, runId, text, overrides })) === "started";
};

/** What was said before this request, as far as its new session is concerned. */
const remember = async ({ store }: AnswerSource, address: SessionAddress, earlier: readonly Said[]): Promise<void> => {
  if (earlier.length === 0 || store.record(address)) return;
  const { session, release } = await store.acquire(address);
  try {
    let turn = 0;
    let open: string | undefined;
    const append = (entry: NewEntry) => session.transcript.append(entry);
    const close = async (): Promise<void> => {
      if (open !== undefined) await append({ type: "runEnd", runId: open, outcome: "completed" });
      open = undefined;
    };
    for (const { role, text } of earlier) {
      const content = [{ type: "text" as const, text }];
      if (role === "user" || open === undefined) {
        await close();
        open = `earlier_${++turn}`;
        session.runs.set(open, "ended");
      }
      const runId = open;
      if (role === "user") await append({ type: "user", runId, content });
      else
        await append({ type: "assistant", runId, content, model: "", stopReason: "stop", usage: NO_USAGE, costUsd: 0 });
    }
    await close();
  } finally {
    release();
  }
};

/** The longest a run may take, and as long again in the queue. */
const patienceMs = ({ config }: AnswerSource): number => config.current().agents.defaults.timeoutSeconds * 2000;

const failureOf = ({ code, message }: { readonly code: string; readonly message: string }): Fault => {
  if (!isFaultCode(code)) return fault("INTERNAL", { detail: code });
  // The run has been: the same request would be a second one.
  return fault(code, { message, retryable: FAULTS[code].retryable && code.startsWith("MODEL_") });
};

const keptAnswer = async ({ store }: AnswerSource, address: SessionAddress, runId: string): Promise<Answer> => {
  const { session, release } = await store.acquire(address);
  try {
    const entries = (await session.transcript.context()).filter((entry) => entry.type === "assistant");
    const own = entries.filter((entry) => entry.runId === runId);
    return {
      text: own
        .map(({ content }) => content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join(""))
        .filter((text) => text !== "")
        .join(BETWEEN),
      usage: own.reduce((sum, { usage }) => added(sum, usage), NO_USAGE),
      truncated: own.at(-1)?.stopReason === "length",
    };
  } finally {
    release();
  }
};

const added = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
});

/** Between what the agent says before and after it used a tool. */
const BETWEEN = "\n\n";

interface Told {
  readonly runId?: unknown;
  readonly state?: unknown;
  readonly deltaText?: unknown;
  readonly stream?: unknown;
}

const createReader = (runId: string, onText: (piece: string) => void) => {
  let text = "";
  let interrupted = false;
  return {
    text: () => text,
    read: ({ payloadJson }: { readonly payloadJson: string }): void => {
      const told: Told = JSON.parse(payloadJson);
      if (told.runId !== runId) return;
      if (told.stream === "tool") interrupted = true;
      if (told.state !== "delta" || typeof told.deltaText !== "string") return;
      const piece = `${interrupted && text !== "" ? BETWEEN : ""}${told.deltaText}`;
      interrupted = false;
      text += piece;
      onText(piece);
    },
  };
};
