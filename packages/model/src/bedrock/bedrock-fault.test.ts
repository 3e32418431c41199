import { createServer } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createModelCatalog } from "../catalog.ts";
import { collect } from "../testing/collect.ts";
import { startFakeBedrock, type FakeBedrock } from "../testing/fake-bedrock.ts";
import type { Reply } from "../testing/script.ts";

const REF = "amazon-bedrock/us.anthropic.claude-opus-4-6-v1";
const KEYS = { AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "a secret", AWS_SESSION_TOKEN: "a-session-token" };

let bedrock: FakeBedrock;
beforeAll(async () => {
  bedrock = await startFakeBedrock({ secretAccessKeys: { AKIDTEST: "a secret" } });
});
afterAll(() => bedrock.close());

const ask = async (env: Record<string, string> = {}) => {
  const catalog = createModelCatalog({
    providers: {},
    prices: {},
    env: { ...KEYS, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url, ...env },
  });
  return collect(await catalog.resolve(REF));
};

const http = (status: number, type: string, message = "", headers = {}): Reply => ({ status, type, message, headers });
const inStream = (exception: string, message = "sorry"): Reply => ({
  parts: [{ text: "Partial" }, { exception, message }],
});

describe("a failure of Bedrock", () => {
  it.each([
    [http(429, "ThrottlingException"), "MODEL_THROTTLED", true],
    [http(400, "ThrottlingException", "Too many tokens"), "MODEL_THROTTLED", true],
    [http(400, "ServiceQuotaExceededException"), "MODEL_THROTTLED", false],
    [http(429, "ModelNotReadyException"), "MODEL_OVERLOADED", true],
    [http(408, "ModelTimeoutException"), "MODEL_OVERLOADED", true],
    [http(424, "ModelErrorException"), "MODEL_OVERLOADED", true],
    [http(500, "InternalServerException"), "MODEL_OVERLOADED", true],
    [http(503, "ServiceUnavailableException"), "MODEL_OVERLOADED", true],
    [http(502, ""), "MODEL_OVERLOADED", true],
    [http(403, "AccessDeniedException"), "MODEL_AUTH_FAILED", false],
    [http(403, "ExpiredTokenException"), "MODEL_AUTH_FAILED", false],
    [http(404, "ResourceNotFoundException"), "MODEL_NOT_FOUND", false],
    [http(400, "ValidationException", "The provided model identifier is invalid."), "MODEL_NOT_FOUND", false],
    [http(400, "ValidationException", "Input is too long for requested model."), "MODEL_CONTEXT_TOO_LONG", false],
    [
      http(400, "ValidationException", "prompt is too long: 210000 tokens > 200000 maximum"),
      "MODEL_CONTEXT_TOO_LONG",
      false,
    ],
    [http(400, "ValidationException", "messages.0: roles must alternate"), "MODEL_REQUEST_REFUSED", false],
  ])("before the answer, %j, is %s (retryable: %s)", async (reply, code, retryable) => {
    bedrock.reply(reply);
    const { fault, events } = await ask();
    expect(fault).toMatchObject({ code, retryable });
    expect(events).toEqual([]);
  });

  it.each([
    ["throttlingException", "MODEL_THROTTLED", true],
    ["modelStreamErrorException", "MODEL_STREAM_BROKEN", true],
    ["internalServerException", "MODEL_OVERLOADED", true],
    ["serviceUnavailableException", "MODEL_OVERLOADED", true],
    ["anExceptionOfTomorrow", "MODEL_STREAM_BROKEN", true],
  ])("in mid-stream, %s, is %s (retryable: %s) after what had come", async (exception, code, retryable) => {
    bedrock.reply(inStream(exception));
    const { fault, events } = await ask();
    expect(fault).toMatchObject({ code, retryable });
    expect(events).toEqual([{ type: "text-delta", text: "Partial" }]);
  });

  it("in mid-stream that says the conversation is too long is MODEL_CONTEXT_TOO_LONG", async () => {
    bedrock.reply(inStream("validationException", "Input is too long for requested model"));
    expect((await ask()).fault).toMatchObject({ code: "MODEL_CONTEXT_TOO_LONG", retryable: false });
  });

  it.each(["connection", "stream"] as const)("of the %s in the middle of an answer is a broken stream", async (cut) => {
    bedrock.reply({ parts: [{ text: "Partial" }, { cut }] });
    const { fault, text } = await ask();
    expect(fault).toMatchObject({ code: "MODEL_STREAM_BROKEN", retryable: true });
    expect(text).toBe("Partial");
  });

  it("to be reached at all says so and may be retried", async () => {
    const { fault } = await ask({ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `http://127.0.0.1:${await closedPort()}` });
    expect(fault).toMatchObject({ code: "MODEL_OVERLOADED", retryable: true });
    expect(fault?.message).toContain("cannot be reached");
  });

  it("with Retry-After tells how long to wait", async () => {
    bedrock.reply(http(429, "ThrottlingException", "", { "retry-after": "7" }));
    expect((await ask()).fault?.retryAfterMs).toBe(7_000);
  });

  it("to accept an unknown key tells what to check", async () => {
    const { fault } = await ask({ AWS_ACCESS_KEY_ID: "AKIDOTHER" });
    expect(fault).toMatchObject({ code: "MODEL_AUTH_FAILED", retryable: false });
    expect(fault?.message).toContain("Check the keys");
  });

  it("to accept a signature leaves no token and no conversation in the fault", async () => {
    const { fault } = await ask({ AWS_SECRET_ACCESS_KEY: "another secret" });
    expect(fault?.code).toBe("MODEL_AUTH_FAILED");
    expect(`${fault?.message} ${fault?.detail} ${JSON.stringify(fault)}`).not.toMatch(
      /a-session-token|another secret|Hello/,
    );
    expect(fault?.cause).toBeUndefined();
  });

  it("repeats the service's reason without naming AWS resources", async () => {
    bedrock.reply(http(400, "ValidationException", "arn:aws:bedrock:us-east-1:123456789012:x is not allowed"));
    expect((await ask()).fault?.message).toBe("The model provider refused the request: (resource) is not allowed");
  });
});

const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return typeof address === "object" && address ? address.port : 9;
};
