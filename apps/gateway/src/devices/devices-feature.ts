/** The `device.*` methods. */

import { fault } from "@skykoi/fault";
import { hasScope, type Scope } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Caller, Handlers } from "../rpc/method-table.ts";
import type { StoredDevice, StoredToken } from "./stored-devices.ts";

type DevicesSource = Pick<GatewayContext, "devices" | "connections" | "log">;
type DeviceMethods = Pick<Handlers, "device.pair.list" | "device.token.rotate" | "device.token.revoke">;

export const createDevicesFeature = ({ devices, connections, log }: DevicesSource): Feature<DeviceMethods> => {
  /** After the answer, which may be on one of the connections. */
  const disconnect = (deviceId: string, reason: string): void => {
    setImmediate(() => connections.closeDevice(deviceId, reason));
  };

  return {
    methods: {
      "device.pair.list": (_params, caller) => ({
        pending: [],
        paired: devices
          .list()
          .filter(({ deviceId }) => mayManage(caller, deviceId))
          .map((device) => ({ ...summary(device), connected: connections.hasDevice(device.deviceId) })),
      }),
      "device.token.rotate": ({ deviceId, role, scopes }, caller) => {
        checkManages(caller, deviceId);
        const beyond = scopes?.find((scope) => !hasScope(caller.scopes, scope));
        if (beyond !== undefined) throw fault("FORBIDDEN", { message: `You cannot grant ${beyond}.` });
        const { token, entry } = devices.rotate(deviceId, role, scopes);
        log.info("device token rotated", { deviceId, role, by: caller.connId });
        disconnect(deviceId, "the device's token was rotated");
        const own = caller.deviceId === deviceId;
        return {
          deviceId,
          role,
          scopes: entry.scopes,
          rotatedAtMs: entry.createdAtMs,
          ...(own && { token }),
          tokenDelivery: own ? "in-band" : "withheld-cross-device",
        };
      },
      "device.token.revoke": ({ deviceId, role }, caller) => {
        checkManages(caller, deviceId);
        const { revokedAtMs } = devices.revoke(deviceId, role);
        log.info("device token revoked", { deviceId, role, by: caller.connId });
        disconnect(deviceId, "the device's token was revoked");
        return { deviceId, role, revokedAtMs };
      },
    },
  };
};

/** A device sees and manages itself; the others are for who may do everything, and for who is no device. */
const mayManage = ({ deviceId: own, scopes }: Caller, deviceId: string): boolean =>
  own === undefined || own === deviceId || hasScope(scopes, "operator.admin");

const checkManages = (caller: Caller, deviceId: string): void => {
  if (!mayManage(caller, deviceId)) {
    throw fault("FORBIDDEN", { message: "A device manages only itself; other devices need operator.admin." });
  }
};

const summary = ({ tokens, ...device }: StoredDevice) => ({
  ...device,
  roles: [...new Set(tokens.map(({ role }) => role))],
  scopes: [
    ...new Set(tokens.flatMap((token): readonly Scope[] => (token.revokedAtMs === undefined ? token.scopes : []))),
  ],
  tokens: tokens.map(({ hash: _hash, ...shown }: StoredToken) => shown),
});
