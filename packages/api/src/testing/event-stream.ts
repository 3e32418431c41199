/** Reads a server-sent event stream as a browser does, one event at a time. */

export interface ReceivedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

export interface EventReader {
  /** Rejects when the stream ends or nothing comes in time. */
  next(): Promise<ReceivedEvent>;
  /** The next events up to and with the first that fits. */
  until(fits: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent[]>;
  /** Everything to the end of the stream. */
  rest(): Promise<ReceivedEvent[]>;
  /** The client goes away. */
  cancel(): Promise<void>;
}

const LIMIT_MS = 5_000;

export const readEvents = (response: Response): EventReader => {
  if (!response.body) throw new Error("the answer has no body");
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";

  const nextBlock = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return block;
      }
      const { done, value } = await within(reader.read());
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };

  const next = async (): Promise<ReceivedEvent | undefined> => {
    for (let block = await nextBlock(); block !== undefined; block = await nextBlock()) {
      const event = parse(block);
      if (event) return event;
    }
    return undefined;
  };

  const mustNext = async (): Promise<ReceivedEvent> => {
    const event = await next();
    if (!event) throw new Error("the stream ended");
    return event;
  };

  return {
    next: mustNext,
    until: async (fits) => {
      const events: ReceivedEvent[] = [];
      for (;;) {
        const event = await mustNext();
        events.push(event);
        if (fits(event)) return events;
      }
    },
    rest: async () => {
      const events: ReceivedEvent[] = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    cancel: () => reader.cancel(),
  };
};

/** Undefined for comments and settings. */
const parse = (block: string): ReceivedEvent | undefined => {
  const fields = new Map(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const data = fields.get("data");
  return data === undefined
    ? undefined
    : { event: fields.get("event") ?? "message", id: fields.get("id"), data: JSON.parse(data) };
};

const within = async <T>(promise: Promise<T>): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing arrived within ${LIMIT_MS} ms`)), LIMIT_MS);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
