/** One life of a gateway without a port: clients are in the same process, and after its death nothing is heard of it. */

import type { TranscriptFiles } from "@skykoi/agent";
import type { SkykoiConfig } from "@skykoi/config";
import { silentLogger } from "@skykoi/log";
import type { ModelCatalog } from "@skykoi/model";
import type { HelloOk } from "@skykoi/protocol";

import { createGatewayCore, type GatewayCore } from "../core.ts";
import type { GatewayLimits } from "../options.ts";
import { conformingFrame, conformingHello, type ReceivedEvent, type ReceivedResponse } from "./conformance.ts";
import { connectParams } from "./raw-client.ts";
import { TOKEN } from "./test-gateway.ts";

export interface GatewayLifeOptions {
  readonly home: string;
  readonly config: SkykoiConfig;
  readonly catalog: ModelCatalog;
  readonly files: TranscriptFiles;
  readonly alive: () => boolean;
  readonly now?: () => number;
  readonly limits?: Partial<GatewayLimits>;
}

/** Everything received conforms to the protocol, or the call that waits for it fails. */
export interface LocalClient {
  readonly hello: HelloOk;
  /** Undefined when the gateway died or the client left before the answer. */
  ask(method: string, params: object): Promise<ReceivedResponse | undefined>;
  leave(): void;
}

export interface GatewayLife {
  readonly core: GatewayCore;
  /** Undefined when the gateway died before `hello-ok`. */
  connect(cursor: string | undefined, onEvent: (event: ReceivedEvent) => void): Promise<LocalClient | undefined>;
  /** Lets go of everything; of a dead one, too. */
  end(): Promise<void>;
}

export const startGatewayLife = async (options: GatewayLifeOptions): Promise<GatewayLife> => {
  const { home, config, catalog, files, alive, now, limits } = options;
  const core = await createGatewayCore({
    home,
    config,
    catalog,
    transcriptFiles: files,
    version: "0.0.0-test",
    log: silentLogger,
    env: {},
    limits: { finishRunsMs: 100, ...limits },
    ...(now && { now }),
  });
  core.begin();
  let connections = 0;
  const leaving = new Set<() => void>();

  const connect: GatewayLife["connect"] = async (cursor, onEvent) => {
    const waiting = new Map<string, (response: ReceivedResponse | undefined) => void>();
    let here = true;
    let requests = 0;
    let seq = 0;
    const receive = (text: string): void => {
      if (!here || !alive()) return;
      const received = conformingFrame(text);
      if (received.type === "event") onEvent(received.event);
      else waiting.get(received.response.id)?.(received.response);
    };
    const events = core.accept({
      id: `local-${++connections}`,
      peer: "127.0.0.1",
      send: (frame) => receive(JSON.stringify(frame)),
      sendEvent: ({ event, payloadJson, cursor: at }) => {
        const place = at === undefined ? "" : `,"cursor":${JSON.stringify(at)}`;
        receive(`{"type":"event","event":"${event}","payload":${payloadJson},"seq":${++seq}${place}}`);
      },
      setAuthenticated: () => undefined,
      probe: () => undefined,
      close: () => leave(),
    });
    const leave = (): void => {
      if (!here) return;
      here = false;
      leaving.delete(leave);
      for (const tell of waiting.values()) tell(undefined);
      events.onClosed();
    };
    leaving.add(leave);
    const ask = (method: string, params: object): Promise<ReceivedResponse | undefined> =>
      new Promise((resolve) => {
        if (!here) return resolve(undefined);
        const id = String(++requests);
        waiting.set(id, (response) => {
          waiting.delete(id);
          resolve(response);
        });
        events.onText(JSON.stringify({ type: "req", id, method, params }));
      });
    const response = await ask("connect", connectParams(TOKEN, cursor === undefined ? {} : { resume: { cursor } }));
    if (!response) return undefined;
    if (!response.ok) throw new Error(`${response.error.code}: ${response.error.message}`);
    return { hello: conformingHello(response.payload), ask, leave };
  };

  return {
    core,
    connect,
    end: async () => {
      for (const leave of leaving) leave();
      core.announceStop("The test is over.");
      await core.finishRuns();
      await core.close().catch((thrown: unknown) => {
        // A dead one cannot write its last words.
        if (alive()) throw thrown;
      });
    },
  };
};
