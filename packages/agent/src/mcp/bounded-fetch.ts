/** `fetch` for MCP over HTTP: a message of any answer that grows beyond the limit breaks off. */

const NEWLINE = 0x0a;

export const boundedFetch =
  (maxMessageBytes: number): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    // In a stream of events a message is a line, and the stream itself has no end.
    const isStream = response.headers.get("content-type")?.includes("text/event-stream") === true;
    let size = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          const lineEnd = isStream ? chunk.lastIndexOf(NEWLINE) : -1;
          size = lineEnd === -1 ? size + chunk.byteLength : chunk.byteLength - lineEnd;
          if (size > maxMessageBytes)
            controller.error(new Error(`the message is larger than ${maxMessageBytes} bytes`));
          else controller.enqueue(chunk);
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(counted, { status, statusText, headers });
  };
