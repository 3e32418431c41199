/** Methods about devices that proved who they are and hold a token of their own. */

import { Type } from "typebox";

import { closed, oneOf, text, timestamp } from "../closed.ts";
import { method } from "../method.ts";
import { SCOPES } from "../scopes.ts";

const deviceId = () => Type.String({ pattern: "^[0-9a-f]{64}$" });
const role = () => text(32);
const scopes = () => Type.Array(oneOf(SCOPES), { maxItems: SCOPES.length });

const DeviceTokenSummary = closed({
  role: Type.String(),
  scopes: scopes(),
  createdAtMs: timestamp(),
  rotatedAtMs: Type.Optional(timestamp()),
  revokedAtMs: Type.Optional(timestamp()),
  lastUsedAtMs: Type.Optional(timestamp()),
});

const PairedDevice = closed({
  deviceId: deviceId(),
  publicKey: Type.String(),
  displayName: Type.Optional(Type.String()),
  platform: Type.String(),
  clientId: Type.String(),
  clientMode: Type.String(),
  roles: Type.Array(Type.String()),
  scopes: scopes(),
  createdAtMs: timestamp(),
  connected: Type.Boolean(),
  tokens: Type.Array(DeviceTokenSummary),
});

const exampleId = "4f".repeat(32);

export const deviceMethods = {
  "device.pair.list": method({
    scope: "operator.pairing",
    summary:
      "The devices that hold or held a token. Nothing waits for approval: a device is known by the gateway's token.",
    params: closed({}),
    result: closed({ pending: Type.Array(Type.Unknown(), { maxItems: 0 }), paired: Type.Array(PairedDevice) }),
    example: {
      params: {},
      result: {
        pending: [],
        paired: [
          {
            deviceId: exampleId,
            publicKey: "A".repeat(43),
            platform: "darwin",
            clientId: "cli",
            clientMode: "cli",
            roles: ["operator"],
            scopes: ["operator.read" as const],
            createdAtMs: 1_767_225_600_000,
            connected: true,
            tokens: [{ role: "operator", scopes: ["operator.read" as const], createdAtMs: 1_767_225_600_000 }],
          },
        ],
      },
    },
  }),
  "device.token.rotate": method({
    scope: "operator.pairing",
    summary:
      "Replaces the token of a device, within its scopes and the caller's; what was connected by the old one is closed.",
    params: closed({ deviceId: deviceId(), role: role(), scopes: Type.Optional(scopes()) }),
    result: closed({
      deviceId: deviceId(),
      role: Type.String(),
      scopes: scopes(),
      rotatedAtMs: timestamp(),
      /** Given only to the device itself. */
      token: Type.Optional(Type.String()),
      tokenDelivery: oneOf(["in-band", "withheld-cross-device"]),
    }),
    example: {
      params: { deviceId: exampleId, role: "operator" },
      result: {
        deviceId: exampleId,
        role: "operator",
        scopes: ["operator.read" as const],
        rotatedAtMs: 1_767_225_600_000,
        tokenDelivery: "withheld-cross-device" as const,
      },
    },
  }),
  "device.token.revoke": method({
    scope: "operator.pairing",
    summary: "Takes the token of a device away and closes the device's connections.",
    params: closed({ deviceId: deviceId(), role: role() }),
    result: closed({ deviceId: deviceId(), role: Type.String(), revokedAtMs: timestamp() }),
    example: {
      params: { deviceId: exampleId, role: "operator" },
      result: { deviceId: exampleId, role: "operator", revokedAtMs: 1_767_225_600_000 },
    },
  }),
} as const;
