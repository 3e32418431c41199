export * from "./wire.ts";
export { EventFrame, FrameError, RequestFrame, ResponseFrame } from "./frames.ts";
export { ConnectChallenge, ConnectParams, HelloOk } from "./handshake.ts";
export { Health, PresenceEntry } from "./health.ts";
export { ChatMessage } from "./message.ts";
export { EVENTS } from "./events.ts";
export { CronJob, CronRun } from "./methods/cron.ts";
export { Heartbeat } from "./methods/heartbeat.ts";
export { METHODS, isMethodName, type MethodInterim } from "./registry.ts";
export {
  MAX_TICKET_LIFETIME_MS,
  TICKET_CLOCK_SKEW_MS,
  TicketClaims,
  encodeTicket,
  isTicket,
  openTicket,
  ticketScopes,
  type TicketRole,
} from "./ticket.ts";
export type { MethodSpec } from "./method.ts";
