/** The door between a browser and its agent: a ticket in, the gateway's token out, then frames both ways. */

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import type { Actor, Control, RedeemedTicket } from "@skykoi/control";
import { fault, toFault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { CLOSE } from "@skykoi/protocol/wire";
import { WebSocketServer, type WebSocket } from "ws";

import { limitUnauthenticatedBytes } from "./byte-limit.ts";
import { closeSoon } from "./close-soon.ts";
import { challengeFrame, connectForGateway, parseConnect, type ConnectRequest } from "./connect-frame.ts";
import { dial, openWebSocket, type OpenGateway } from "./dial.ts";
import { createInbox } from "./inbox.ts";
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from "./limits.ts";
import { createOccupancy } from "./occupancy.ts";
import { createOriginRule } from "./origin.ts";
import { pipe, type Side } from "./pipe.ts";
import { refuse } from "./refusal.ts";

const RELAY_PATH = "/relay";

export interface RelayOptions {
  readonly control: Pick<Control, "tickets" | "agents">;
  /** The origins of the pages that may open sockets. */
  readonly publicUrls: readonly string[];
  /** Default: a WebSocket with the instance's certificate pinned. */
  readonly openGateway?: OpenGateway;
  readonly log: Logger;
  readonly limits?: Partial<RelayLimits>;
  readonly now?: () => number;
}

export interface Relay {
  /** True when the request was for the relay; then the socket is the relay's from now on. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes every socket; resolves when all are gone. */
  close(): Promise<void>;
}

export const createRelay = (options: RelayOptions): Relay => {
  const { control, log, openGateway = openWebSocket, now = Date.now } = options;
  const limits = { ...DEFAULT_RELAY_LIMITS, ...options.limits };
  const originAllowed = createOriginRule(options.publicUrls);
  const occupancy = createOccupancy(limits.maxConnectionsPerUser);
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxPayloadBytes,
  });
  let pending = 0;
  let closing = false;

  const letIn = async (client: Side, request: ConnectRequest, gone: AbortSignal): Promise<void> => {
    const redeemed = await control.tickets.redeem(request.ticket);
    // For the gateway an empty list of scopes would be no limit at all.
    if (redeemed.scopes.length === 0) throw fault("FORBIDDEN");
    occupancy.enter(redeemed.userId, client.webSocket);
    const address = await control.agents.gateway(actorOf(redeemed), redeemed.agentId, "agent.see");
    const gateway = await dial(openGateway, address, limits, gone);
    gateway.webSocket.send(connectForGateway(request, address.token, redeemed.scopes));
    pipe(client, gateway, limits);
    log.debug("relay opened", { agentId: redeemed.agentId, userId: redeemed.userId });
  };

  const serve = async (webSocket: WebSocket, socket: Duplex): Promise<void> => {
    const client = { webSocket, inbox: createInbox(webSocket) };
    const gone = new AbortController();
    webSocket.once("close", () => gone.abort());
    const stopCounting = limitUnauthenticatedBytes(socket, limits.maxUnauthenticatedBytes, () => {
      refuse(webSocket, undefined, fault("PAYLOAD_TOO_LARGE"), limits.closeTimeoutMs);
      // The rest stays unread, so that it takes no memory while the client learns why.
      webSocket.pause();
    });

    let connectId: string | undefined;
    try {
      webSocket.send(challengeFrame(randomUUID(), now()));
      const first = await within(client.inbox.next(), limits.handshakeTimeoutMs, () =>
        fault("INVALID_REQUEST", { message: "No connect request arrived in time." }),
      );
      const request = parseConnect(first.data, first.isBinary);
      connectId = request.id;
      stopCounting();
      await within(letIn(client, request, gone.signal), limits.dialTimeoutMs, () => fault("TIMEOUT"));
    } catch (error) {
      gone.abort();
      const failure = toFault(error);
      if (failure.status >= 500) log.warn("relay could not open a connection", { code: failure.code, error });
      refuse(webSocket, connectId, failure, limits.closeTimeoutMs);
    } finally {
      stopCounting();
    }
  };

  return {
    handleUpgrade: (request, socket, head) => {
      if (URL.parse(request.url ?? "/", "http://relay")?.pathname !== RELAY_PATH) return false;
      if (closing || pending >= limits.maxPendingHandshakes) refuseUpgrade(socket, "503 Service Unavailable");
      else if (!originAllowed(request.headers.origin)) refuseUpgrade(socket, "403 Forbidden");
      else {
        server.handleUpgrade(request, socket, head, (webSocket) => {
          pending += 1;
          void serve(webSocket, socket).finally(() => {
            pending -= 1;
          });
        });
      }
      return true;
    },
    close: async () => {
      closing = true;
      await Promise.all(
        [...server.clients].map(async (webSocket) => {
          const closed = new Promise((resolve) => webSocket.once("close", resolve));
          const reason = "the platform is restarting";
          closeSoon(webSocket, { code: CLOSE.restart, reason }, limits.closeTimeoutMs);
          await closed;
        }),
      );
    },
  };
};

/** The ticket stands for the person who asked for it; the domain only looks at organization, person and role. */
const actorOf = ({ userId, orgId, role }: RedeemedTicket): Actor => ({ userId, orgId, role, email: "", name: "" });

const refuseUpgrade = (socket: Duplex, status: string): void => {
  socket.on("error", () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const within = async <T>(promise: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), timeoutMs);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
};
