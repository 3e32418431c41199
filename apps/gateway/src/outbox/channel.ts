/** What the outbox needs of a channel, and the channels there are now. */

export interface OutboundMessage {
  readonly channel: string;
  /** The channel's own address of a person, group or thread. */
  readonly to: string;
  readonly text: string;
  readonly mediaUrls?: readonly string[];
  readonly accountId?: string;
  readonly threadId?: string;
}

export interface OutboundChannel {
  readonly name: string;
  /**
   * Resolves when the other side has the message. The same key may come again after a kill: a channel that can tells
   * the other side the key and sends once. Throws a fault whose `retryable` says whether another attempt may help.
   */
  deliver(message: OutboundMessage, options: { readonly key: string; readonly signal: AbortSignal }): Promise<Receipt>;
}

interface Receipt {
  /** The other side's id of the message, where it has one. */
  readonly messageId?: string;
}

export interface ChannelRegistry {
  get(name: string): OutboundChannel | undefined;
  names(): readonly string[];
  /** Answers how to take it out again. */
  register(channel: OutboundChannel): () => void;
  /** Called when a channel came. */
  onRegistered(listener: (name: string) => void): void;
}

export const createChannelRegistry = (): ChannelRegistry => {
  const channels = new Map<string, OutboundChannel>();
  const listeners: ((name: string) => void)[] = [];
  return {
    get: (name) => channels.get(name),
    names: () => [...channels.keys()],
    register: (channel) => {
      channels.set(channel.name, channel);
      for (const tell of listeners) tell(channel.name);
      return () => {
        if (channels.get(channel.name) === channel) channels.delete(channel.name);
      };
    },
    onRegistered: (listener) => void listeners.push(listener),
  };
};
