/** Tells the API who is calling: the address of the connection, in a header that clients cannot choose. */

import type { IncomingMessage } from "node:http";

/** Replaces the header in every form in which it can be read later. */
export const stampClientAddress = (request: IncomingMessage, header: string): void => {
  const address = request.socket.remoteAddress ?? "unknown";
  const name = header.toLowerCase();
  request.headers[name] = address;
  request.rawHeaders = [...withoutHeader(request.rawHeaders, name), name, address];
};

/** Raw headers alternate between names and values. */
const withoutHeader = (rawHeaders: readonly string[], name: string): string[] =>
  rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== name);
