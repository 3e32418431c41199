/** `sessions.compact`: the same run as `/compact`, waited for. */

import { randomUUID } from "node:crypto";

import { fault } from "@skykoi/fault";
import type { MethodParams, MethodResult } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import type { RunEnd } from "../runs/frame-mapper.ts";

export type CompactSource = Pick<GatewayContext, "resolve" | "store" | "inbox" | "ends">;

const DEFAULT_WAIT_MS = 120_000;

export const compactSession = async (
  { resolve, store, inbox, ends }: CompactSource,
  { key, instructions = "", timeoutMs = DEFAULT_WAIT_MS }: MethodParams<"sessions.compact">,
): Promise<MethodResult<"sessions.compact">> => {
  const address = resolve(key);
  if (!store.record(address)) throw fault("NOT_FOUND", { message: `There is no session "${address.key}".` });
  const runId = `compact:${randomUUID()}`;
  const { session, release } = await store.acquire(address);
  try {
    const text = `/compact ${instructions}`.trim();
    await inbox.accept({ address, runId, text, overrides: { compact: { instructions } } });
    const end = await ends.wait(runId, { timeoutMs });
    const compacted = (await session.transcript.context()).some(
      (entry) => entry.type === "compaction" && entry.runId === runId,
    );
    const message = end && messageOf(end);
    const status = !end ? "running" : end.outcome === "completed" ? "done" : "failed";
    return { ok: true, key: address.key, runId, status, compacted, ...(message !== undefined && { message }) };
  } finally {
    release();
  }
};

const messageOf = (end: RunEnd): string | undefined => {
  if (end.outcome === "failed") return end.message;
  return end.message?.content.map((block) => (block.type === "text" ? block.text : "")).join("");
};
