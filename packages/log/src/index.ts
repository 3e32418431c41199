export { createLogger, silentLogger, type LogFields, type LogLevel, type Logger } from "./logger.ts";
export { redact } from "./redact.ts";
