import { isFault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { readConfig } from "./config.ts";

const ROOT = "/srv/skykoi";
const KEY = "ab".repeat(32);

const messageOf = (env: Record<string, string>): string => {
  try {
    readConfig(env, ROOT);
    return "accepted";
  } catch (thrown) {
    return isFault(thrown) && thrown.code === "CONFIG_INVALID" ? thrown.message : `not a fault: ${String(thrown)}`;
  }
};

describe("the platform's configuration", () => {
  it("needs nothing: the defaults serve this machine only, from the checkout's own data directory", () => {
    expect(readConfig({}, ROOT)).toEqual({
      port: 3000,
      host: "127.0.0.1",
      dataDir: "/srv/skykoi/.skykoi",
      databaseUrl: undefined,
      secretKey: undefined,
      publicUrl: undefined,
      openSignUp: true,
      logLevel: "warn",
    });
  });

  it("treats empty and blank variables as unset", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: "  ", SKYKOI_PUBLIC_URL: "" }, ROOT)).toEqual(readConfig({}, ROOT));
  });

  it("takes every setting", () => {
    const env = {
      PORT: "0",
      SKYKOI_HOST: "0.0.0.0",
      SKYKOI_DATA_DIR: "/var/lib/skykoi",
      DATABASE_URL: "postgres://koi@db/koi",
      SKYKOI_SECRET_KEY: KEY,
      SKYKOI_PUBLIC_URL: "https://koi.example.com/",
      SKYKOI_LOG_LEVEL: "debug",
      SKYKOI_DRIVER: "local",
    };
    expect(readConfig(env, ROOT)).toEqual({
      port: 0,
      host: "0.0.0.0",
      dataDir: "/var/lib/skykoi",
      databaseUrl: "postgres://koi@db/koi",
      secretKey: KEY,
      publicUrl: "https://koi.example.com",
      openSignUp: false,
      logLevel: "debug",
    });
  });

  it.each([
    [{ PORT: "http" }, "PORT must be a number"],
    [{ PORT: "65536" }, "PORT must be a number"],
    [{ PORT: "80.5" }, "PORT must be a number"],
    [{ DATABASE_URL: "postgres://koi@db/koi" }, "SKYKOI_SECRET_KEY is required"],
    [{ DATABASE_URL: "mysql://db", SKYKOI_SECRET_KEY: KEY }, "DATABASE_URL must be a PostgreSQL address"],
    [{ SKYKOI_SECRET_KEY: "short" }, "SKYKOI_SECRET_KEY must be 64 hexadecimal digits"],
    [{ SKYKOI_PUBLIC_URL: "koi.example.com" }, "SKYKOI_PUBLIC_URL must be an address"],
    [{ SKYKOI_PUBLIC_URL: "https://koi.example.com/app" }, "SKYKOI_PUBLIC_URL must be an address"],
    [{ SKYKOI_SIGN_UP: "closed" }, "SKYKOI_SIGN_UP must be open"],
    [{ SKYKOI_LOG_LEVEL: "loud" }, "SKYKOI_LOG_LEVEL must be one of"],
    [{ SKYKOI_DRIVER: "ec2" }, "SKYKOI_DRIVER must be local"],
  ])("refuses %j with the variable's name", (env, message) => {
    expect(messageOf(env)).toContain(message);
  });

  it.each([
    [{}, true],
    [{ SKYKOI_HOST: "localhost" }, true],
    [{ SKYKOI_HOST: "0.0.0.0" }, false],
    [{ SKYKOI_PUBLIC_URL: "https://koi.example.com" }, false],
    [{ SKYKOI_HOST: "0.0.0.0", SKYKOI_SIGN_UP: "open" }, true],
    [{ SKYKOI_SIGN_UP: "first" }, false],
  ])("with %j lets anybody create an account: %s", (env, open) => {
    expect(readConfig(env, ROOT).openSignUp).toBe(open);
  });

  it("never repeats a secret in its message", () => {
    expect(messageOf({ SKYKOI_SECRET_KEY: "my-secret-value" })).not.toContain("my-secret-value");
    expect(messageOf({ DATABASE_URL: "mysql://u:hunter2@db", SKYKOI_SECRET_KEY: KEY })).not.toContain("hunter2");
  });
});
