/** What a browser needs of the protocol: constants and types, no schema code. */

export { CLOSE, DEFAULT_LIMITS, MIN_PROTOCOL_VERSION, PROTOCOL_VERSION, type TransportLimits } from "./limits.ts";
export { SCOPES, hasScope, isScope, type Scope } from "./scopes.ts";
export type { ApprovalRequest, ApprovalResolution } from "./approval.ts";
export type { EventFrame, Frame, FrameError, RequestFrame, ResponseFrame, StateVersion } from "./frames.ts";
export type { ConnectChallenge, ConnectParams, HelloOk } from "./handshake.ts";
export type { Health, PresenceEntry } from "./health.ts";
export type {
  AssistantMessage,
  ChatMessage,
  NoticeMessage,
  ToolCallBlock,
  ToolResultMessage,
  Usage,
  UserMessage,
} from "./message.ts";
export type { AgentEvent, ChatEvent, EventName, EventPayload } from "./events.ts";
export type { CronJob, CronRun } from "./methods/cron.ts";
export type { MethodName, MethodParams, MethodResult } from "./registry.ts";
