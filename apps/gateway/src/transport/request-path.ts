/** The address a request asks for, without the query. Not parsed as a URL: a request line may hold anything. */

import type { IncomingMessage } from "node:http";

export const pathOf = (request: Pick<IncomingMessage, "url">): string => (request.url ?? "/").split("?", 1)[0] ?? "/";
