/** The protocol's side of one connection: challenge, handshake, then requests until it closes. */

import { randomBytes } from "node:crypto";

import { describeThrown, fault, toFault, type Fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { CLOSE, ConnectParams, type HelloOk, type RequestFrame, type TransportLimits } from "@skykoi/protocol";
import { compileValidator } from "@skykoi/schema";

import type { Admission, HandshakeDecision, HandshakeRequest } from "../auth/handshake.ts";
import type { LiveConnections } from "../auth/live-connections.ts";
import { createRateLimit } from "../auth/rate-limit.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { EventLog } from "../events/event-log.ts";
import { createSessionFilter } from "../events/session-filter.ts";
import type { ConnectedClient, Presence } from "../presence/presence.ts";
import type { Connection, ConnectionEvents } from "../transport/connection.ts";
import type { GatewayLimits } from "../options.ts";
import { decodeRequest } from "./decode-request.ts";
import { toFrameError } from "./frame-error.ts";
import type { Caller, MethodTable } from "./method-table.ts";

/** The parts of the gateway that a connection speaks with; the same for all connections. */
export interface PeerContext {
  readonly limits: TransportLimits & Pick<GatewayLimits, "maxRequests" | "requestWindowMs">;
  readonly connections: LiveConnections;
  readonly decide: (request: HandshakeRequest) => HandshakeDecision;
  readonly methods: MethodTable;
  readonly hub: EventHub;
  readonly events: EventLog;
  readonly presence: Presence;
  /** Everything in `hello-ok` that does not depend on the client. */
  readonly describe: () => Pick<HelloOk, "features" | "snapshot">;
  readonly version: string;
  readonly now: () => number;
  readonly log: Logger;
}

type State =
  | { readonly kind: "greeting"; readonly nonce: string }
  | { readonly kind: "open"; readonly caller: Caller; readonly detach: () => void }
  | { readonly kind: "closed" };

const validateConnect = compileValidator(ConnectParams);

export const createPeer = (context: PeerContext, connection: Connection): ConnectionEvents => {
  const { limits, log } = context;
  let state: State = { kind: "greeting", nonce: randomBytes(18).toString("base64url") };
  let invalidInARow = 0;
  const requests = createRateLimit({ max: limits.maxRequests, windowMs: limits.requestWindowMs, now: context.now });

  const answerError = (id: string, cause: Fault): void =>
    connection.send({ type: "res", id, ok: false, error: toFrameError(cause) });

  const refuse = (id: string, cause: Fault, closeCode: number = CLOSE.policy): void => {
    log[refusalLevel(cause)]("connection refused", { connId: connection.id, peer: connection.peer, error: cause });
    state = { kind: "closed" };
    clearTimeout(handshakeTimer);
    answerError(id, cause);
    connection.close(closeCode, cause.message);
  };

  const greet = (nonce: string, text: string): void => {
    const decoded = decodeRequest(text);
    if (!decoded.ok) return refuse(decoded.id, fault("INVALID_REQUEST", { message: decoded.message }));
    const { id, method, params } = decoded.request;
    if (method !== "connect") {
      return refuse(id, fault("INVALID_REQUEST", { message: `The first request must be connect, not ${method}.` }));
    }
    const check = validateConnect(params);
    if (!check.ok) {
      const [first] = check.problems;
      const path = first?.path ? `params.${first.path}` : "params";
      const message = `connect: ${path} ${first?.message ?? "is not valid"}`;
      return refuse(id, fault("INVALID_REQUEST", { message, details: check.problems }));
    }
    const decision = decide({ params: check.value, nonce, peer: connection.peer });
    if (!decision.ok) return refuse(id, decision.fault, decision.closeCode);
    admit(id, check.value, decision);
  };

  const decide = (request: HandshakeRequest): HandshakeDecision => {
    try {
      return context.decide(request);
    } catch (thrown) {
      const cause = toFault(thrown);
      if (cause.code === "INTERNAL") log.error("handshake failed", { error: describeThrown(thrown) });
      return { ok: false, fault: cause, closeCode: CLOSE.policy };
    }
  };

  /** Hello, replay and the start of live delivery happen in one go, so that no event falls between them. */
  const admit = (id: string, params: ConnectParams, decision: Admission): void => {
    const { scopes, user, deviceId } = decision;
    clearTimeout(handshakeTimer);
    connection.setAuthenticated();
    const filter = createSessionFilter();
    context.presence.join(presenceEntry(connection.id, params, decision, context.now()));
    const missed = params.resume ? context.events.after(params.resume.cursor) : [];
    connection.send({ type: "res", id, ok: true, payload: hello(context, connection.id, decision, !missed) });
    const detach = context.hub.attach(
      { scopes, wantsSession: filter.wants, sendEvent: connection.sendEvent },
      missed ?? [],
    );
    const caller = {
      connId: connection.id,
      scopes,
      ...(user && { user }),
      ...(deviceId !== undefined && { deviceId }),
      filter,
    };
    context.connections.opened({ connId: connection.id, deviceId, close: (code, why) => connection.close(code, why) });
    state = { kind: "open", caller, detach };
    log.info("client connected", { connId: connection.id, peer: connection.peer, client: params.client.id, scopes });
  };

  const receive = (caller: Caller, text: string): void => {
    const decoded = decodeRequest(text);
    if (decoded.ok) {
      invalidInARow = 0;
      const retryAfterMs = requests.retryAfterMs("");
      if (retryAfterMs > 0) return answerError(decoded.request.id, fault("RATE_LIMITED", { retryAfterMs }));
      void answer(caller, decoded.request);
      return;
    }
    const { id, message, problems: details } = decoded;
    answerError(id, fault("INVALID_REQUEST", { message, details }));
    if (++invalidInARow >= limits.maxInvalidFrames) connection.close(CLOSE.policy, "too many invalid frames");
  };

  /** Never rejects: every request gets exactly one last response. */
  const answer = async (caller: Caller, { id, method, params }: RequestFrame): Promise<void> => {
    try {
      if (method === "connect") throw fault("INVALID_REQUEST", { message: "This connection is already connected." });
      const send = (payload: unknown): void => connection.send({ type: "res", id, ok: true, payload });
      send(await context.methods.call(method, params, caller, send));
    } catch (thrown) {
      const cause = toFault(thrown);
      if (cause.code === "INTERNAL") log.error("method failed", { method, error: describeThrown(thrown) });
      answerError(id, cause);
    }
  };

  const handshakeTimer = setTimeout(() => {
    const message = `The handshake was not finished within ${limits.handshakeTimeoutMs} ms.`;
    refuse("", fault("TIMEOUT", { message }));
  }, limits.handshakeTimeoutMs);

  connection.send({
    type: "event",
    event: "connect.challenge",
    payload: { nonce: state.nonce, ts: context.now() },
  });

  return {
    onText: (text) => {
      switch (state.kind) {
        case "greeting":
          return greet(state.nonce, text);
        case "open":
          return receive(state.caller, text);
        case "closed":
          return;
      }
    },
    onClosed: () => {
      clearTimeout(handshakeTimer);
      if (state.kind === "open") state.detach();
      state = { kind: "closed" };
      context.connections.closed(connection.id);
      context.presence.leave(connection.id);
    },
  };
};

/** Wrong tokens are few, by their limit. Everything else a stranger can send without end, and no disk is endless. */
const refusalLevel = ({ code }: Fault): "warn" | "debug" => (code === "UNAUTHENTICATED" ? "warn" : "debug");

const hello = (
  { limits, ...context }: PeerContext,
  connId: string,
  { protocol, role, scopes, ...how }: Admission,
  cursorExpired: boolean,
): HelloOk => ({
  type: "hello-ok",
  protocol,
  server: { version: context.version, connId },
  ...context.describe(),
  auth: {
    role,
    scopes: [...scopes],
    method: how.method,
    ...(how.user && { user: how.user }),
    ...(how.deviceToken !== undefined && { deviceToken: how.deviceToken }),
  },
  policy: {
    maxPayload: limits.maxPayloadBytes,
    maxBufferedBytes: limits.maxBufferedBytes,
    tickIntervalMs: limits.tickIntervalMs,
  },
  cursor: context.events.head(),
  ...(cursorExpired && { cursorExpired }),
});

const presenceEntry = (
  connId: string,
  { client }: ConnectParams,
  { role, user, deviceId }: Admission,
  connectedAt: number,
): ConnectedClient => ({
  connId,
  clientId: client.id,
  ...(client.displayName !== undefined && { displayName: client.displayName }),
  version: client.version,
  platform: client.platform,
  mode: client.mode,
  role,
  ...(user && { user }),
  ...(client.instanceId !== undefined && { instanceId: client.instanceId }),
  ...(deviceId !== undefined && { deviceId }),
  ...(client.deviceFamily !== undefined && { deviceFamily: client.deviceFamily }),
  ...(client.modelIdentifier !== undefined && { modelIdentifier: client.modelIdentifier }),
  connectedAt,
});
