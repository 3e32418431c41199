/** The connections that are open now, to close those whose right to be there ended. */

import { CLOSE } from "@skykoi/protocol";

interface OpenConnection {
  readonly connId: string;
  readonly deviceId: string | undefined;
  readonly close: (code: number, reason: string) => void;
}

export interface LiveConnections {
  opened(connection: OpenConnection): void;
  closed(connId: string): void;
  hasDevice(deviceId: string): boolean;
  closeDevice(deviceId: string, reason: string): void;
}

export const createLiveConnections = (): LiveConnections => {
  const open = new Map<string, OpenConnection>();
  const ofDevice = (deviceId: string): OpenConnection[] =>
    [...open.values()].filter((connection) => connection.deviceId === deviceId);

  return {
    opened: (connection) => void open.set(connection.connId, connection),
    closed: (connId) => void open.delete(connId),
    hasDevice: (deviceId) => ofDevice(deviceId).length > 0,
    closeDevice: (deviceId, reason) => {
      for (const connection of ofDevice(deviceId)) connection.close(CLOSE.policy, reason);
    },
  };
};
