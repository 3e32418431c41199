export * from "./wire.ts";
export { EventFrame, FrameError, RequestFrame, ResponseFrame } from "./frames.ts";
export { ConnectChallenge, ConnectParams, HelloOk } from "./handshake.ts";
export { Health, PresenceEntry } from "./health.ts";
export { ChatMessage } from "./message.ts";
export { EVENTS } from "./events.ts";
export { METHODS, isMethodName } from "./registry.ts";
export type { MethodSpec } from "./method.ts";
