/** A session as a gateway would tell it: what is written to the transcript and what is sent, moment by moment. */

import type { AgentEvent, AssistantMessage, ChatEvent, ChatMessage, EventFrame } from "@skykoi/protocol/wire";

import type { HistoryPage } from "../chat/history.ts";

interface ScriptedTool {
  readonly updates: readonly string[];
  readonly result: string;
  readonly isError: boolean;
}

interface ScriptedMessage {
  readonly thinking: string;
  /** Pieces of the text; none for a message that only calls tools. */
  readonly pieces: readonly string[];
  readonly tools: readonly ScriptedTool[];
}

export interface ScriptedRun {
  readonly text: string;
  /** Accepted while the run before it still works. */
  readonly early: boolean;
  /** The last one has no tools; all others have. */
  readonly messages: readonly ScriptedMessage[];
  readonly end: "completed" | "aborted" | "failed";
}

/** One thing that happens in the gateway. */
type Moment =
  | { readonly kind: "written"; readonly message: ChatMessage }
  | { readonly kind: "sent"; readonly event: EventFrame }
  | { readonly kind: "began" | "finished"; readonly runId: string };

export interface SimulatedSession {
  readonly moments: readonly Moment[];
  /** `chat.history` as it would be answered after the first `count` moments. */
  pageAfter(count: number): HistoryPage;
}

const SESSION = "agent:main:main";
const USAGE = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };

export const simulateSession = (runs: readonly ScriptedRun[]): SimulatedSession => {
  const moments: Moment[] = [];
  let position = 0;
  let messages = 0;

  const send = (event: string, payload: unknown): void =>
    void moments.push({ kind: "sent", event: { type: "event", event, payload, cursor: `e1:${++position}` } });
  const write = <M extends Omit<ChatMessage, "id" | "timestamp">>(
    message: M,
  ): M & { id: string; timestamp: number } => {
    const written = { ...message, id: `m${++messages}`, timestamp: messages };
    // A message without its identity plus the identity is a message.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    moments.push({ kind: "written", message: written as unknown as ChatMessage });
    return written;
  };

  const accept = (run: ScriptedRun, runId: string): void => {
    const message = write({ role: "user" as const, runId, content: [{ type: "text" as const, text: run.text }] });
    send("session.message", { sessionKey: SESSION, agentId: "main", runId, message });
  };

  const work = (run: ScriptedRun, runId: string, meanwhile: () => void): void => {
    let seq = 0;
    const identity = () => ({ runId, sessionKey: SESSION, agentId: "main", seq: ++seq });
    const chat = (payload: object): void => send("chat", { ...identity(), ...payload });
    const agent = (stream: AgentEvent["stream"], data: object): void =>
      send("agent", { ...identity(), ts: 0, stream, data });
    const answer = (content: AssistantMessage["content"], extra: Partial<AssistantMessage>) =>
      write({
        role: "assistant" as const,
        runId,
        content,
        model: "x/y",
        stopReason: "stop" as const,
        usage: USAGE,
        ...extra,
      });

    moments.push({ kind: "began", runId });
    chat({ state: "status", phase: "started" });
    agent("lifecycle", { phase: "start" });
    run.messages.forEach((message, index) => {
      const isLast = index === run.messages.length - 1;
      const text = message.pieces.join("");
      if (message.thinking) agent("reasoning", { delta: message.thinking });
      const delta = (piece: string, at: number): void => {
        const whole = at % 3 === 2 ? { message: deltaMessage(message.pieces.slice(0, at + 1).join("")) } : {};
        chat({ state: "delta", deltaText: piece, ...whole });
      };
      message.pieces.slice(0, -1).forEach(delta);
      if (index === 0) meanwhile();

      const calls = isLast ? [] : message.tools.map((_, n) => `${runId}-${index}-${n}`);
      const content: AssistantMessage["content"] = [
        ...(message.thinking ? [{ type: "thinking" as const, thinking: message.thinking }] : []),
        ...(text ? [{ type: "text" as const, text }] : []),
        ...calls.map((id) => ({ type: "toolCall" as const, id, name: "exec", title: `run ${id}`, arguments: { id } })),
      ];
      const broken = isLast && run.end !== "completed";
      const partial = broken && text !== "";
      const mark =
        run.end === "failed"
          ? { stopReason: "error" as const, errorMessage: "It broke." }
          : { stopReason: "aborted" as const };
      const written = broken && !partial ? undefined : answer(content, partial ? mark : {});
      // Joined pieces go out a moment later, when the message is already written.
      if (message.pieces.length > 0) delta(message.pieces.at(-1) ?? "", message.pieces.length - 1);
      if (text) agent("assistant", { text, delta: text });
      if (!broken) agent("usage", { usage: USAGE, costUsd: 0, contextTokens: 1 });
      if (isLast) finish(run, written);

      calls.forEach((toolCallId, n) => {
        const tool = message.tools[n];
        if (!tool) return;
        agent("tool", {
          phase: "start",
          toolCallId,
          name: "exec",
          title: `run ${toolCallId}`,
          args: { id: toolCallId },
        });
        for (const partialResult of tool.updates) {
          agent("tool", { phase: "update", toolCallId, name: "exec", partialResult });
        }
        const { result, isError } = tool;
        const body = [{ type: "text" as const, text: result }];
        write({
          role: "toolResult" as const,
          runId,
          toolCallId,
          toolName: "exec",
          content: body,
          isError,
          durationMs: 1,
        });
        agent("tool", { phase: "result", toolCallId, name: "exec", result, isError, durationMs: 1 });
      });
    });

    function finish({ end }: ScriptedRun, message: ReturnType<typeof answer> | undefined): void {
      const notice = [{ type: "text" as const, text: "It broke." }];
      if (end === "failed" && !message)
        write({ role: "notice" as const, runId, kind: "error" as const, content: notice });
      moments.push({ kind: "finished", runId });
      agent("lifecycle", { phase: end === "failed" ? "error" : "end" });
      chat(endPayload(end, message));
    }
  };

  runs.forEach((run, index) => {
    if (!run.early || index === 0) accept(run, `r${index}`);
    const next = runs[index + 1];
    work(run, `r${index}`, () => next?.early && accept(next, `r${index + 1}`));
  });
  return { moments, pageAfter: (count) => pageOf(moments.slice(0, count)) };
};

const deltaMessage = (text: string) => ({ role: "assistant", content: [{ type: "text", text }], timestamp: 0 });

const endPayload = (end: ScriptedRun["end"], message: object | undefined): Partial<ChatEvent> => {
  switch (end) {
    case "completed":
      // Only a completed run ends with a message for certain; the simulation wrote it just before.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return { state: "final", message, stopReason: "stop", usage: USAGE, costUsd: 0 } as Partial<ChatEvent>;
    case "aborted":
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return { state: "aborted", ...(message ? { message } : {}) } as Partial<ChatEvent>;
    case "failed":
      return { state: "error", errorMessage: "It broke.", errorKind: "INTERNAL" };
    default:
      return end satisfies never;
  }
};

const pageOf = (moments: readonly Moment[]): HistoryPage => {
  const began = new Set(moments.flatMap((moment) => (moment.kind === "began" ? [moment.runId] : [])));
  const finished = new Set(moments.flatMap((moment) => (moment.kind === "finished" ? [moment.runId] : [])));
  const written = moments.flatMap((moment) => (moment.kind === "written" ? [moment.message] : []));
  const isPending = ({ role, runId = "" }: ChatMessage): boolean => role === "user" && !began.has(runId);
  const order = [...new Set(written.map(({ runId }) => runId))];
  const messages = order.flatMap((runId) =>
    written.filter((message) => message.runId === runId && !isPending(message)),
  );
  const activeRunId = [...began].find((runId) => !finished.has(runId));
  const lastSent = moments.findLast((moment) => moment.kind === "sent");
  return {
    sessionKey: SESSION,
    sessionId: "s1",
    messages,
    hasMore: false,
    totalMessages: messages.length,
    pendingInputs: written.filter(isPending).map(({ runId = "", content, timestamp }) => {
      const text = content.map((block) => ("text" in block ? block.text : "")).join("");
      return { runId, text, acceptedAt: timestamp };
    }),
    ...(activeRunId === undefined ? {} : { activeRunId }),
    cursor: lastSent?.kind === "sent" ? (lastSent.event.cursor ?? "e1:0") : "e1:0",
  };
};
