import { describe, expect, it } from "vitest";

import { resolveModel } from "../../bootstrap/model-settings.ts";
import { childEnvironment } from "./child-environment.ts";

const PLATFORM = {
  PATH: "/bin",
  HOME: "/root",
  DATABASE_URL: "postgres://secret",
  SKYKOI_SECRET_KEY: "secret",
  SKYKOI_MODEL_API_KEY: "key",
  AWS_ACCESS_KEY_ID: "AKIA",
  AWS_SESSION_TOKEN: "session",
  CLERK_SECRET_KEY: "secret",
  NODE_OPTIONS: "--inspect",
  TZ: undefined,
};
const PLACE = { home: "/data/home", port: 4711 };
const OWN = {
  SKYKOI_HOME: "/data/home",
  SKYKOI_GATEWAY_PORT: "4711",
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
  PATH: "/bin",
  HOME: "/root",
};
const BEDROCK = resolveModel({ SKYKOI_MODEL: "amazon-bedrock/x" });
const CUSTOM = resolveModel({ SKYKOI_MODEL: "x", SKYKOI_MODEL_BASE_URL: "http://127.0.0.1/v1" });

describe("the environment of an instance", () => {
  it.each([
    ["the offline model needs no credentials", resolveModel({}), OWN],
    ["Bedrock gets the AWS chain only", BEDROCK, { ...OWN, AWS_ACCESS_KEY_ID: "AKIA", AWS_SESSION_TOKEN: "session" }],
    ["a custom model gets its key only", CUSTOM, { ...OWN, SKYKOI_MODEL_API_KEY: "key" }],
  ])("%s", (_, model, expected) => {
    expect(childEnvironment(PLATFORM, model, PLACE)).toEqual(expected);
  });
});
