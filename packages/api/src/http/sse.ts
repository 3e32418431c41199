/** Server-sent events: encoding, keep-alive comments, back-pressure, and an end when the reader goes away. */

export interface SseMessage {
  readonly event: string;
  /** Sent back by the browser as Last-Event-ID when it reconnects. */
  readonly id?: string;
  /** Becomes one line of JSON. */
  readonly data: unknown;
}

export interface SseOptions {
  /** A comment is sent when nothing else was for so long, so that proxies keep the connection. */
  readonly pingIntervalMs: number;
  /** Ends the stream from our side: shutdown, or the end of its lifetime. */
  readonly signal: AbortSignal;
  /** The source failed after the stream began; the stream just ends and the client reconnects. */
  readonly onError: (error: unknown) => void;
}

const RETRY_MS = 2_000;
const PING = ": ping\n\n";

/** JSON has no raw line breaks, so one `data:` line is always enough. */
export const encodeSse = ({ event, id, data }: SseMessage): string =>
  `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;

/** The source is pulled only as fast as the client reads, and not before it reads. */
export const sseResponse = (
  open: (signal: AbortSignal) => AsyncIterable<SseMessage>,
  options: SseOptions,
): Response => {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, options.signal]);
  const encoder = new TextEncoder();
  let iterator: AsyncIterator<SseMessage> | undefined;
  let pending: Promise<IteratorResult<SseMessage>> | undefined;

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!iterator) {
          iterator = open(signal)[Symbol.asyncIterator]();
          controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
          return;
        }
        try {
          pending ??= iterator.next();
          const next = await within(pending, options.pingIntervalMs);
          if (gone.signal.aborted) return;
          if (next === "late") return controller.enqueue(encoder.encode(PING));
          pending = undefined;
          if (next.done) return controller.close();
          controller.enqueue(encoder.encode(encodeSse(next.value)));
        } catch (error) {
          if (gone.signal.aborted) return;
          if (!signal.aborted) options.onError(error);
          gone.abort();
          controller.close();
        }
      },
      cancel() {
        gone.abort();
        // A pull that is still waiting sees the signal; its late failure concerns nobody any more.
        pending?.catch(() => undefined);
        void iterator?.return?.().catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );

  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
};

const within = async <T>(promise: Promise<T>, timeoutMs: number): Promise<T | "late"> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
