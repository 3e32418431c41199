/** `system-event` and `wake`: a text for a session from something that is not a person. */

import { randomUUID } from "node:crypto";

import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import { isBeacon, readBeacon } from "../presence/beacon.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { mainSessionKey } from "../sessions/session-key.ts";

type WakeMethods = Pick<Handlers, "system-event" | "wake">;
type WakeSource = Pick<GatewayContext, "agents" | "resolve" | "inbox" | "systemEvents" | "presence">;

export const createWakeFeature = ({
  agents,
  resolve,
  inbox,
  systemEvents,
  presence,
}: WakeSource): Feature<WakeMethods> => {
  const addressOf = (sessionKey: string | undefined, agentId: string = agents.defaultId) =>
    resolve(sessionKey ?? mainSessionKey(agentId));

  const workOn = async (id: string, text: string, address: ReturnType<typeof addressOf>): Promise<string> => {
    const runId = `wake:${id}`;
    await inbox.accept({ address, runId, text, origin: { kind: "hook", label: "wake" } });
    return runId;
  };

  return {
    methods: {
      "system-event": async (event) => {
        const { text, sessionKey, wake = false, idempotencyKey: id = randomUUID() } = event;
        if (isBeacon(event)) {
          if (wake) throw fault("INVALID_REQUEST", { message: "wake is not for a Node: event, which is presence." });
          presence.report(readBeacon(event));
          return { ok: true };
        }
        const address = addressOf(sessionKey);
        if (wake) await workOn(id, text, address);
        else await (await systemEvents()).add({ id, sessionKey: address.key, text });
        return { ok: true };
      },
      wake: async ({ text, mode, sessionKey, agentId, idempotencyKey: id = randomUUID() }) => {
        const address = addressOf(sessionKey, agentId);
        if (mode === "now") return { ok: true, runId: await workOn(id, text, address) };
        await (await systemEvents()).add({ id, sessionKey: address.key, text });
        return { ok: true };
      },
    },
  };
};
