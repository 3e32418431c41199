/** The port to a WebSocket: the little of it that a gateway connection needs, the same in a browser and in Node. */

export interface SocketHandlers {
  message(text: string): void;
  /** Called once, also when the socket never opened. `detail` is for the log. */
  close(code: number, detail: string): void;
}

export interface Socket {
  /** Called once, before anything can arrive. */
  listen(handlers: SocketHandlers): void;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** Close code of a socket that never opened or was cut; it never appears on the wire. */
export const CLOSE_ABNORMAL = 1006;
