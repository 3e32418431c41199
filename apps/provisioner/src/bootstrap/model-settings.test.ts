import { BEDROCK_DEFAULT_MODEL } from "@skykoi/config";
import { describe, expect, it } from "vitest";

import { resolveModel } from "./model-settings.ts";

const OPUS = { kind: "bedrock", ref: BEDROCK_DEFAULT_MODEL, demo: false, region: "us-east-1" };

describe("the model of new agents", () => {
  it.each([
    ["nothing is set", {}, { kind: "offline", ref: "offline/demo", demo: true }],
    ["variables are empty", { SKYKOI_MODEL: " ", AWS_PROFILE: "" }, { kind: "offline" }],
    ["AWS keys are there", { AWS_ACCESS_KEY_ID: "AKIA" }, OPUS],
    ["an AWS profile is chosen", { AWS_PROFILE: "work", AWS_REGION: "eu-west-1" }, { ...OPUS, region: "eu-west-1" }],
    ["there is a web identity", { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" }, OPUS],
    ["it runs in a container", { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/creds" }, OPUS],
    [
      "offline is asked for in spite of credentials",
      { SKYKOI_MODEL: "offline/demo", AWS_PROFILE: "x" },
      { demo: true },
    ],
    [
      "another Bedrock model is asked for",
      { SKYKOI_MODEL: "amazon-bedrock/eu.nova", AWS_DEFAULT_REGION: "eu-north-1" },
      { kind: "bedrock", ref: "amazon-bedrock/eu.nova", region: "eu-north-1" },
    ],
    [
      "an OpenAI-compatible server is given",
      { SKYKOI_MODEL: "custom/qwen", SKYKOI_MODEL_BASE_URL: "http://127.0.0.1:8080/v1", SKYKOI_MODEL_API_KEY: "k" },
      { kind: "custom", ref: "custom/qwen", model: "qwen", baseUrl: "http://127.0.0.1:8080/v1", hasApiKey: true },
    ],
    [
      "its model has slashes in its name, and there is no key",
      { SKYKOI_MODEL: "meta-llama/Llama-3:8b", SKYKOI_MODEL_BASE_URL: "https://llm.example/v1" },
      { ref: "custom/meta-llama/Llama-3:8b", model: "meta-llama/Llama-3:8b", hasApiKey: false },
    ],
  ])("when %s", (_, env, expected) => {
    expect(resolveModel(env)).toMatchObject(expected);
  });

  it("takes the credentials file of the AWS tools as credentials", () => {
    expect(resolveModel({}, { awsCredentialsFile: true })).toEqual(OPUS);
  });

  it.each([
    ["an unknown provider", { SKYKOI_MODEL: "acme/large" }, /SKYKOI_MODEL must begin with/],
    ["a custom model without its address", { SKYKOI_MODEL: "custom/x" }, /set SKYKOI_MODEL_BASE_URL/],
    ["an address without a model", { SKYKOI_MODEL_BASE_URL: "http://127.0.0.1/v1" }, /set SKYKOI_MODEL to/],
    ["no address at all", { SKYKOI_MODEL: "x", SKYKOI_MODEL_BASE_URL: "ftp://x" }, /http or https/],
    [
      "a password in the address",
      { SKYKOI_MODEL: "x", SKYKOI_MODEL_BASE_URL: "http://a:b@x/v1" },
      /SKYKOI_MODEL_API_KEY/,
    ],
    ["a provider without a model", { SKYKOI_MODEL: "amazon-bedrock/" }, /must name a model/],
    ["a name with spaces", { SKYKOI_MODEL: "amazon-bedrock/a b" }, /without spaces/],
  ])("refuses %s by the name of the variable", (_, env, message) => {
    const attempt = () => resolveModel(env);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});
