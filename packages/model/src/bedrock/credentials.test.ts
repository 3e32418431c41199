import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createModelCatalog } from "../catalog.ts";
import type { LanguageModel } from "../port.ts";
import { collect } from "../testing/collect.ts";
import { startFakeBedrock, type FakeBedrock } from "../testing/fake-bedrock.ts";
import { startFakeImds } from "../testing/fake-imds.ts";
import { readSigV4 } from "../testing/sigv4.ts";

let bedrock: FakeBedrock;
let directory: string;

/** The chain reads the process's environment, so each test gets one without a trace of AWS. */
beforeEach(async () => {
  bedrock = await startFakeBedrock({ secretAccessKeys: { AKIDROLE: "role secret", AKIDFILE: "file secret" } });
  directory = await mkdtemp(join(tmpdir(), "skykoi-aws-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", join(directory, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(directory, "credentials"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await bedrock.close();
  await rm(directory, { recursive: true });
});

const model = (): Promise<LanguageModel> =>
  createModelCatalog({
    providers: { "amazon-bedrock": { api: "bedrock-converse-stream", region: "us-east-1", baseUrl: bedrock.url } },
    prices: {},
    env: process.env,
  }).resolve("amazon-bedrock/us.anthropic.claude-opus-4-6-v1");

const writeProfile = (id: string, secret: string): Promise<void> =>
  writeFile(
    join(directory, "credentials"),
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
  );

const signers = () => bedrock.requests.map((request) => readSigV4(request)?.accessKeyId);

describe("AWS credentials", () => {
  it("of an instance profile are fetched with IMDSv2 and sign the request", async () => {
    const imds = await startFakeImds({
      credentials: { accessKeyId: "AKIDROLE", secretAccessKey: "role secret", sessionToken: "role session" },
    });
    vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.url);
    try {
      const koi = await model();
      expect((await collect(koi)).text).toBe("OK");
      expect((await collect(koi)).text).toBe("OK");
    } finally {
      await imds.close();
    }
    expect(signers()).toEqual(["AKIDROLE", "AKIDROLE"]);
    expect(bedrock.requests[0]?.headers["x-amz-security-token"]).toBe("role session");
    expect(imds.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "PUT /latest/api/token",
      "GET /latest/meta-data/iam/security-credentials/",
      "GET /latest/meta-data/iam/security-credentials/skykoi-tenant-agent",
    ]);
  });

  it("that are nowhere end the call with a sentence that says what to do", async () => {
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    const { fault } = await collect(await model());
    expect(fault).toMatchObject({ code: "MODEL_AUTH_FAILED", retryable: false });
    expect(fault?.message).toMatch(/No AWS credentials were found.*instance profile.*AWS_ACCESS_KEY_ID/);
    expect(bedrock.requests).toHaveLength(0);
  });

  it("that appear in a profile after a failure are found without a restart", async () => {
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    const koi = await model();
    expect((await collect(koi)).fault?.code).toBe("MODEL_AUTH_FAILED");
    await writeProfile("AKIDFILE", "file secret");
    expect((await collect(koi)).text).toBe("OK");
  });

  it("that the service refuses are asked for anew at the next call", async () => {
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    await writeProfile("AKIDOLD", "old secret");
    const koi = await model();
    expect((await collect(koi)).fault?.code).toBe("MODEL_AUTH_FAILED");
    await writeProfile("AKIDFILE", "file secret");
    expect((await collect(koi)).text).toBe("OK");
    expect(signers()).toEqual(["AKIDOLD", "AKIDFILE"]);
  });

  it("of a role that expired upstream are worth another try", async () => {
    await writeProfile("AKIDFILE", "file secret");
    bedrock.reply({ status: 403, type: "ExpiredTokenException" });
    expect((await collect(await model())).fault).toMatchObject({ code: "MODEL_AUTH_FAILED", retryable: true });
  });

  it("are not needed with a Bedrock API key", async () => {
    await bedrock.close();
    bedrock = await startFakeBedrock();
    vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key");
    expect((await collect(await model())).text).toBe("OK");
    expect(bedrock.requests[0]?.headers.authorization).toBe("Bearer bedrock-api-key");
  });
});
