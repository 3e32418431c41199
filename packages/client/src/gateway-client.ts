/** The typed client of a gateway: connects, stays connected, asks, listens, and misses no event in between. */

import { describeThrown, fault, isFault, type Fault } from "@skykoi/fault";
import {
  DEFAULT_LIMITS,
  MIN_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  type ConnectParams,
  type EventFrame,
  type HelloOk,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type Scope,
} from "@skykoi/protocol/wire";

import { DEFAULT_BACKOFF, backoffDelayMs, type Backoff } from "./backoff.ts";
import { Connection } from "./connection.ts";
import { isCovered } from "./cursor.ts";
import type { Socket } from "./socket.ts";

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open"; readonly hello: HelloOk }
  /** Between two attempts. */
  | { readonly kind: "waiting"; readonly retryAtMs: number; readonly fault: Fault }
  /** For good; without a fault it was asked for. */
  | { readonly kind: "closed"; readonly fault?: Fault };

export interface GatewayClientOptions {
  /** A new socket for each attempt. */
  readonly open: () => Socket;
  /** Asked anew for each attempt, so that a ticket may be used up. */
  readonly credentials: () => Promise<{ readonly token: string }>;
  readonly client: ConnectParams["client"];
  /** Limits what this connection may do. Default: everything the token grants. */
  readonly scopes?: readonly Scope[];
  /** Whether to ask for missed events after a reconnect. Default: yes. */
  readonly resume?: boolean;
  /** Default of a request, and the limit of `ready`. Default 30 s. */
  readonly requestTimeoutMs?: number;
  readonly handshakeTimeoutMs?: number;
  /** false: the first loss closes the client. */
  readonly reconnect?: false | Backoff;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly now?: () => number;
}

export interface RequestOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface GatewayClient {
  readonly state: ConnectionState;
  /** Resolves when the client is open. Rejects when it is closed for good, or after the time limit. */
  ready(options?: RequestOptions): Promise<HelloOk>;
  /**
   * Waits for the connection if there is none, within the same limit. Rejects with the gateway's fault, with TIMEOUT,
   * ABORTED, or AGENT_UNREACHABLE; a request under way when the connection breaks is not repeated.
   */
  request<N extends MethodName>(method: N, params: MethodParams<N>, options?: RequestOptions): Promise<MethodResult<N>>;
  /** Events in order, each once, also over reconnects. Returns the function that ends it. */
  on(listener: (event: EventFrame) => void): () => void;
  onState(listener: (state: ConnectionState) => void): () => void;
  close(): void;
}

/** Connects at once. */
export const createGatewayClient = (options: GatewayClientOptions): GatewayClient => new ReconnectingClient(options);

const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

class ReconnectingClient implements GatewayClient {
  readonly #options: GatewayClientOptions;
  readonly #eventListeners = new Set<(event: EventFrame) => void>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = { kind: "connecting" };
  #connection: Connection | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** The last durable event that was handed out. */
  #cursor: string | undefined;

  constructor(options: GatewayClientOptions) {
    this.#options = options;
    void this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  ready({ timeoutMs = this.#requestTimeoutMs, signal }: RequestOptions = {}): Promise<HelloOk> {
    const { promise, resolve, reject } = Promise.withResolvers<HelloOk>();
    const look = (state: ConnectionState): void => {
      if (state.kind === "open") resolve(state.hello);
      if (state.kind === "closed") reject(state.fault ?? closedFault());
    };
    const onAbort = (): void => reject(fault("ABORTED"));
    const timer = setTimeout(() => reject(notConnected(this.#state, timeoutMs)), timeoutMs);
    const stop = this.onState(look);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    look(this.#state);
    return promise.finally(() => {
      clearTimeout(timer);
      stop();
      signal?.removeEventListener("abort", onAbort);
    });
  }

  async request<N extends MethodName>(
    method: N,
    params: MethodParams<N>,
    { timeoutMs = this.#requestTimeoutMs, signal }: RequestOptions = {},
  ): Promise<MethodResult<N>> {
    const startedAt = performance.now();
    const waiting = { timeoutMs, ...(signal ? { signal } : {}) };
    if (this.#state.kind !== "open") await this.ready(waiting);
    const connection = this.#connection;
    if (!connection) throw closedFault();
    const leftMs = Math.max(1, timeoutMs - (performance.now() - startedAt));
    // The registry types the results, and the gateway's tests hold every answer to its schema.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (await connection.request(method, params, { timeoutMs: leftMs, signal })) as MethodResult<N>;
  }

  on(listener: (event: EventFrame) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  close(): void {
    this.#closeFor(undefined);
  }

  get #requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  }

  get #handshakeTimeoutMs(): number {
    return this.#options.handshakeTimeoutMs ?? DEFAULT_LIMITS.handshakeTimeoutMs;
  }

  async #connect(): Promise<void> {
    try {
      const { token } = await withLimit(this.#options.credentials(), this.#handshakeTimeoutMs);
      if (this.#isClosed()) return;
      this.#connection = new Connection(
        this.#options.open(),
        {
          opened: (hello) => this.#opened(hello),
          event: (event) => this.#deliver(event),
          ended: (reason) => this.#lost(reason),
        },
        { connect: this.#connectParams(token), handshakeTimeoutMs: this.#handshakeTimeoutMs },
      );
    } catch (thrown) {
      // The edge to the caller's code: what it throws becomes the reason of a failed attempt.
      this.#lost(
        isFault(thrown) ? thrown : fault("AGENT_UNREACHABLE", { detail: describeThrown(thrown), cause: thrown }),
      );
    }
  }

  #connectParams(token: string): ConnectParams {
    const { client, scopes, resume = true } = this.#options;
    return {
      minProtocol: MIN_PROTOCOL_VERSION,
      maxProtocol: PROTOCOL_VERSION,
      client,
      role: "operator",
      ...(scopes ? { scopes: [...scopes] } : {}),
      auth: { token },
      ...(resume && this.#cursor !== undefined ? { resume: { cursor: this.#cursor } } : {}),
    };
  }

  #opened(hello: HelloOk): void {
    this.#failures = 0;
    const resumed = this.#options.resume !== false && this.#cursor !== undefined && !hello.cursorExpired;
    if (!resumed) this.#cursor = hello.cursor;
    this.#become({ kind: "open", hello });
  }

  #deliver(event: EventFrame): void {
    if (isCovered(event.cursor, this.#cursor)) return;
    this.#cursor = event.cursor ?? this.#cursor;
    for (const listener of this.#eventListeners) listener(event);
  }

  #lost(reason: Fault): void {
    if (this.#isClosed()) return;
    this.#connection = undefined;
    const { reconnect = DEFAULT_BACKOFF, random = Math.random, now = Date.now } = this.#options;
    if (reconnect === false || isFinal(reason)) return this.#closeFor(reason);

    const delayMs = Math.max(reason.retryAfterMs ?? 0, backoffDelayMs(reconnect, this.#failures++, random()));
    this.#retryTimer = setTimeout(() => {
      this.#become({ kind: "connecting" });
      void this.#connect();
    }, delayMs);
    this.#become({ kind: "waiting", retryAtMs: now() + delayMs, fault: reason });
  }

  #closeFor(reason: Fault | undefined): void {
    if (this.#isClosed()) return;
    clearTimeout(this.#retryTimer);
    const connection = this.#connection;
    this.#connection = undefined;
    this.#become({ kind: "closed", ...(reason ? { fault: reason } : {}) });
    connection?.close(reason ?? closedFault());
  }

  /** A method, because the state changes while others run and the compiler cannot know. */
  #isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}

/** Trying again cannot help: the other side is too old or too new, is gone, or does not let this person in. */
const isFinal = ({ code }: Fault): boolean =>
  code === "PROTOCOL_MISMATCH" || code === "FORBIDDEN" || code === "NOT_FOUND";

const closedFault = (): Fault => fault("ABORTED", { message: "The connection was closed." });

const notConnected = (state: ConnectionState, timeoutMs: number): Fault =>
  state.kind === "waiting" ? state.fault : fault("TIMEOUT", { detail: `not connected in ${timeoutMs} ms` });

const withLimit = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  const { promise: limit, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(fault("TIMEOUT", { detail: `no credentials in ${timeoutMs} ms` })), timeoutMs);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};
