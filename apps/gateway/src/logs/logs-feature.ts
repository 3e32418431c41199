/** `logs.tail`: the log over the socket, for who cannot or need not log in to the machine. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type LogMethods = Pick<Handlers, "logs.tail">;

export const createLogsFeature = ({ logBook }: Pick<GatewayContext, "logBook">): Feature<LogMethods> => ({
  methods: {
    "logs.tail": ({ maxBytes, ...query }) =>
      logBook.tail({ ...query, ...(maxBytes !== undefined && { maxCharacters: maxBytes }) }),
  },
});
