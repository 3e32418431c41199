/** Starts a gateway on its port and stops it in the right order. */

import { acquireLock } from "@skykoi/lock";

import { createGatewayCore, type GatewayCore } from "./core.ts";
import type { Gateway, GatewayOptions } from "./options.ts";
import { startListener, type Listener } from "./transport/listener.ts";

/**
 * Resolves when the gateway listens. Throws DATA_DIR_LOCKED when another gateway uses the home and PORT_IN_USE; then
 * nothing is left running.
 */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { version, log } = options;
  const lock = acquireLock(options.home, { owner: "a Koi gateway" });
  options.logBook?.open();
  let core: GatewayCore | undefined;
  let listener: Listener;
  try {
    core = await createGatewayCore(options);
    listener = await listen(options, core);
  } catch (thrown) {
    await core?.close();
    lock.release();
    throw thrown;
  }

  const started = core;
  started.begin();
  const ticks = setInterval(() => {
    started.tick();
    listener.probeConnections();
  }, started.limits.tickIntervalMs);
  log.info("listening", { port: listener.port, version });

  const stop = async (reason: string): Promise<void> => {
    log.info("stopping", { reason });
    clearInterval(ticks);
    try {
      listener.stopAccepting();
      started.announceStop(reason);
      await started.finishRuns();
      await listener.close(reason);
      await started.close();
    } finally {
      lock.release();
    }
  };
  let stopping: Promise<void> | undefined;

  return {
    url: `ws://127.0.0.1:${listener.port}`,
    port: listener.port,
    version,
    close: (reason = "The gateway is stopping.") => (stopping ??= stop(reason)),
  };
};

const HOSTS = { loopback: "127.0.0.1", lan: "0.0.0.0" } as const;

const listen = ({ config, log }: GatewayOptions, core: GatewayCore): Promise<Listener> =>
  startListener({
    host: HOSTS[config.gateway.bind],
    port: config.gateway.port,
    limits: core.limits,
    allowedOrigins: core.allowedOrigins,
    trustedProxies: config.gateway.trustedProxies,
    handle: core.handle,
    onSlowClient: core.onSlowClient,
    log: log.child("transport"),
    mayConnect: core.mayConnect,
    accept: core.accept,
  });
