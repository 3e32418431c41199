/** `send`: a message to somebody outside, through the durable outbox. */

import { fault } from "@skykoi/fault";
import type { MethodParams } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { ChannelRegistry } from "../outbox/channel.ts";
import type { Handlers } from "../rpc/method-table.ts";

type SendSource = Pick<GatewayContext, "channels" | "outbox">;
type SendMethods = Pick<Handlers, "send">;

/** How long the caller waits for the delivery; the message goes on without it. */
const WAIT_MS = 5000;

export const createSendFeature = ({ channels, outbox }: SendSource): Feature<SendMethods> => ({
  begin: outbox.begin,
  close: outbox.close,
  methods: {
    send: async (params) => {
      const { to, message = "", idempotencyKey: key, accountId, threadId } = params;
      const mediaUrls = [...(params.mediaUrls ?? []), ...(params.mediaUrl === undefined ? [] : [params.mediaUrl])];
      if (message === "" && mediaUrls.length === 0) {
        throw fault("INVALID_REQUEST", { message: "send: there is neither a message nor media." });
      }
      const channel = channelOf(params, channels);
      const optional = {
        ...(mediaUrls.length > 0 && { mediaUrls }),
        ...(accountId !== undefined && { accountId }),
        ...(threadId !== undefined && { threadId }),
      };
      await outbox.post({ channel, to, text: message, ...optional }, { key });
      const delivery = await outbox.settled(key, WAIT_MS);
      if (delivery && delivery.outcome !== "delivered") {
        throw fault("UNAVAILABLE", { message: delivery.error ?? "The message was not delivered.", retryable: false });
      }
      const messageId = delivery?.messageId;
      const status = delivery ? "delivered" : "queued";
      return { runId: key, channel, status, ...(messageId !== undefined && { messageId }) };
    },
  },
});

/** Throws INVALID_REQUEST for a channel that is not connected, UNAVAILABLE when there is none. */
const channelOf = ({ channel }: MethodParams<"send">, channels: ChannelRegistry): string => {
  const names = channels.names();
  const [only] = names;
  if (only === undefined) throw fault("UNAVAILABLE", { message: "No channel is connected.", retryable: false });
  if (channel === undefined && names.length === 1) return only;
  if (channel !== undefined && channels.get(channel)) return channel;
  throw fault("INVALID_REQUEST", { message: `send: params.channel must be one of ${names.join(", ")}.` });
};
