/**
 * The prompt cache of a provider, counted from the bytes of the requests: what lies before a cache point is written,
 * and read by a later request whose bytes up to one of its own points are the same.
 */

import { createHash } from "node:crypto";

/** One piece of a prompt, in the order in which it is cached: tools, system, messages. */
export interface PromptPiece {
  readonly json: string;
  /** A cache point follows. */
  readonly cached: boolean;
}

interface CachedInput {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export interface PrefixCache {
  count(pieces: readonly PromptPiece[]): CachedInput;
}

const BYTES_PER_TOKEN = 4;
/** As at Bedrock and Anthropic: more points are refused, shorter prefixes are not cached, older pieces not looked at. */
const MAX_POINTS = 4;
const MIN_CACHED_TOKENS = 1_024;
const LOOK_BACK_PIECES = 20;

export const createPrefixCache = (): PrefixCache => {
  const written = new Set<string>();
  return {
    count: (pieces) => {
      const prefixes = prefixesOf(pieces);
      const points = pieces.flatMap(({ cached }, index) => (cached ? [index] : []));
      if (points.length > MAX_POINTS) throw new Error(`${points.length} cache points, at most ${MAX_POINTS}`);
      const tokensAt = (index: number): number => prefixes[index]?.tokens ?? 0;
      const total = tokensAt(pieces.length - 1);
      const readable = points.flatMap((point) =>
        Array.from({ length: LOOK_BACK_PIECES + 1 }, (_, back) => point - back).filter(
          (index) => index >= 0 && written.has(prefixes[index]?.hash ?? ""),
        ),
      );
      const cacheReadTokens = tokensAt(Math.max(-1, ...readable));
      const cacheable = points.filter((index) => tokensAt(index) >= MIN_CACHED_TOKENS);
      for (const index of cacheable) written.add(prefixes[index]?.hash ?? "");
      const end = Math.max(cacheReadTokens, tokensAt(Math.max(-1, ...cacheable)));
      return { inputTokens: total - end, cacheReadTokens, cacheWriteTokens: end - cacheReadTokens };
    },
  };
};

const prefixesOf = (pieces: readonly PromptPiece[]): readonly { readonly hash: string; readonly tokens: number }[] => {
  const hash = createHash("sha256");
  let bytes = 0;
  return pieces.map(({ json }) => {
    hash.update(json);
    bytes += Buffer.byteLength(json);
    return { hash: hash.copy().digest("hex"), tokens: Math.ceil(bytes / BYTES_PER_TOKEN) };
  });
};

/** The pieces of a Converse request, where points are blocks of their own. */
export const conversePieces = (body: unknown): PromptPiece[] => {
  const { toolConfig, system, messages } = record(body);
  const blocks = [
    ...list(record(toolConfig)["tools"]),
    ...list(system),
    ...list(messages).flatMap((message) => {
      const { role, content } = record(message);
      return list(content).map((block) => ("cachePoint" in record(block) ? block : { role, ...record(block) }));
    }),
  ];
  return blocks.flatMap((block, index) =>
    "cachePoint" in record(block)
      ? []
      : [{ json: JSON.stringify(block), cached: "cachePoint" in record(blocks[index + 1]) }],
  );
};

/** The pieces of a Messages request, where points are marks on blocks. */
export const messagesPieces = (body: unknown): PromptPiece[] => {
  const { tools, system, messages } = record(body);
  const blocks = [
    ...list(tools),
    ...list(system),
    ...list(messages).flatMap((message) => {
      const { role, content } = record(message);
      return list(content).map((block) => ({ role, ...record(block) }));
    }),
  ];
  return blocks.map((block) => {
    const { cache_control: point, ...rest } = record(block);
    return { json: JSON.stringify(rest), cached: point !== undefined && point !== null };
  });
};

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
