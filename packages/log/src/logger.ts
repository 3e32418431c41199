/** One JSON line per event: time, level, part, message, fields; secrets are redacted on the way out. */

import { describeThrown, isFault } from "@skykoi/fault";

import { redact } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, unknown>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `fields.error` may hold the thrown value; its code, detail and stack are written out. */
  error(message: string, fields?: LogFields): void;
  /** A logger for a part; `fields` are added to each of its lines. */
  child(part: string, fields?: LogFields): Logger;
}

export interface LoggerOptions {
  /** A function is asked at each line, so that the level can change. */
  level?: LogLevel | (() => LogLevel);
  part?: string;
  /** Receives one line without its newline. Default: standard error. */
  write?: (line: string) => void;
  now?: () => Date;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export const createLogger = (options: LoggerOptions = {}, inherited: LogFields = {}): Logger => {
  const { level = "info", part = "", now = () => new Date() } = options;
  const write = options.write ?? ((line: string) => void process.stderr.write(`${line}\n`));

  const emit = (lineLevel: LogLevel, message: string, fields: LogFields = {}): void => {
    if (RANK[lineLevel] < RANK[typeof level === "function" ? level() : level]) return;
    const line = { time: now().toISOString(), level: lineLevel, part, message, ...inherited, ...expand(fields) };
    write(JSON.stringify(redact(line)));
  };

  return {
    debug: (message, fields) => emit("debug", message, fields),
    info: (message, fields) => emit("info", message, fields),
    warn: (message, fields) => emit("warn", message, fields),
    error: (message, fields) => emit("error", message, fields),
    child: (childPart, fields = {}) =>
      createLogger({ ...options, part: part ? `${part}/${childPart}` : childPart }, { ...inherited, ...fields }),
  };
};

/** Writes nothing; for tests and for callers that bring no logger. */
export const silentLogger: Logger = createLogger({ write: () => undefined });

const expand = (fields: LogFields): LogFields => {
  if (!("error" in fields)) return fields;
  const { error, ...rest } = fields;
  return { ...rest, ...(isFault(error) ? { code: error.code } : {}), error: describeThrown(error) };
};
