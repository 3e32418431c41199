/** Reads a JSON body within limits of size and time, and says what is wrong with it. */

import type { IncomingMessage } from "node:http";

import { fault } from "@skykoi/fault";

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, TIMEOUT, ABORTED or INVALID_REQUEST; the rest stays unread. */
export const readJsonBody = async (request: IncomingMessage, limits: BodyLimits): Promise<unknown> => {
  const { "content-type": type = "", "content-encoding": encoding, "content-length": length } = request.headers;
  if (type.split(";", 1)[0]?.trim().toLowerCase() !== "application/json") throw fault("UNSUPPORTED_MEDIA_TYPE");
  if (encoding !== undefined && encoding !== "identity") {
    throw fault("UNSUPPORTED_MEDIA_TYPE", { message: "Send the request body without compression." });
  }
  if (Number(length ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes);
  return parse(await collect(request, limits));
};

const collect = (request: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => {
      stop();
      reject(fault("TIMEOUT", { message: `The request body did not arrive within ${timeoutMs / 1000} s.` }));
    }, timeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", finish).off("error", fail).off("aborted", fail).pause();
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      stop();
      reject(tooLarge(maxBytes));
    };
    const finish = (): void => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const fail = (): void => {
      stop();
      reject(fault("ABORTED"));
    };
    request.on("data", take).once("end", finish).once("error", fail).once("aborted", fail);
  });

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw fault("INVALID_REQUEST", { message: "The request body is not valid JSON.", cause });
  }
};

const tooLarge = (maxBytes: number) =>
  fault("PAYLOAD_TOO_LARGE", { message: `The request body must not be larger than ${maxBytes} bytes.` });
