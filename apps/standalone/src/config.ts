/** The platform's configuration, read once from the environment and checked with a sentence for each mistake. */

import { resolve } from "node:path";

import { fault } from "@skykoi/fault";
import type { LogLevel } from "@skykoi/log";

export interface StandaloneConfig {
  /** 0 lets the system choose; the printed address tells. */
  readonly port: number;
  readonly host: string;
  /** Absolute. Holds the embedded database, the secret key and the instances. */
  readonly dataDir: string;
  /** PostgreSQL; undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  /** 64 hexadecimal digits; undefined: generated and kept in the data directory. */
  readonly secretKey: string | undefined;
  /** The address people use, when it is not this machine's own. */
  readonly publicUrl: string | undefined;
  /** Whether anybody who reaches the address may create an account, or only the first person. */
  readonly openSignUp: boolean;
  readonly logLevel: LogLevel;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 3000;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Throws CONFIG_INVALID naming the variable. Relative paths are relative to `root`, the checkout. */
export const readConfig = (env: Environment, root: string): StandaloneConfig => {
  const databaseUrl = filled(env.DATABASE_URL);
  const secretKey = filled(env.SKYKOI_SECRET_KEY);
  if (databaseUrl && !secretKey) {
    throw invalid(
      "SKYKOI_SECRET_KEY is required with DATABASE_URL: 64 hexadecimal digits, for example from `openssl rand -hex 32`.",
    );
  }
  if (secretKey && !/^[0-9a-f]{64}$/i.test(secretKey)) {
    throw invalid("SKYKOI_SECRET_KEY must be 64 hexadecimal digits, for example from `openssl rand -hex 32`.");
  }
  const driver = filled(env.SKYKOI_DRIVER) ?? "local";
  if (driver !== "local") throw invalid(`SKYKOI_DRIVER must be local; "${driver}" is not available in this version.`);

  const host = filled(env.SKYKOI_HOST) ?? "127.0.0.1";
  const publicUrl = readPublicUrl(filled(env.SKYKOI_PUBLIC_URL));
  return {
    port: readPort(filled(env.PORT)),
    host,
    dataDir: resolve(root, filled(env.SKYKOI_DATA_DIR) ?? ".skykoi"),
    databaseUrl: databaseUrl && readDatabaseUrl(databaseUrl),
    secretKey,
    publicUrl,
    openSignUp: readSignUp(filled(env.SKYKOI_SIGN_UP), LOOPBACK.has(host) && publicUrl === undefined),
    logLevel: readLogLevel(filled(env.SKYKOI_LOG_LEVEL)),
  };
};

const invalid = (message: string) => fault("CONFIG_INVALID", { message });

const filled = (value: string | undefined): string | undefined => value?.trim() || undefined;

const readPort = (value: string | undefined): number => {
  if (value === undefined) return DEFAULT_PORT;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw invalid(`PORT must be a number from 0 to 65535; it is "${value}".`);
  }
  return port;
};

const readDatabaseUrl = (value: string): string => {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw invalid("DATABASE_URL must be a PostgreSQL address: postgres://user:password@host:5432/database.");
  }
  return value;
};

const readPublicUrl = (value: string | undefined): string | undefined => {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (!url || !["http:", "https:"].includes(url.protocol) || url.pathname !== "/") {
    throw invalid(
      `SKYKOI_PUBLIC_URL must be an address without a path, such as https://koi.example.com; it is "${value}".`,
    );
  }
  return url.origin;
};

/** An agent's shell is this user's shell: where others can reach the address, they cannot help themselves to one. */
const readSignUp = (value: string | undefined, onlyThisMachine: boolean): boolean => {
  if (value === undefined) return onlyThisMachine;
  if (value !== "open" && value !== "first") {
    throw invalid(`SKYKOI_SIGN_UP must be open (anybody) or first (only the first person); it is "${value}".`);
  }
  return value === "open";
};

const readLogLevel = (value: string | undefined): LogLevel => {
  const level = LOG_LEVELS.find((candidate) => candidate === (value ?? "warn"));
  if (!level) throw invalid(`SKYKOI_LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}; it is "${value}".`);
  return level;
};
