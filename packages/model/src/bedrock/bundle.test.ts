import { execFileSync, execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, it } from "vitest";

import { startFakeBedrock } from "../testing/fake-bedrock.ts";
import { startFakeImds } from "../testing/fake-imds.ts";

const PACKAGE = join(import.meta.dirname, "../..");
const ESBUILD = join(PACKAGE, "../../node_modules/.bin/esbuild");
const OPTIONS = ["--bundle", "--platform=node", "--format=esm", "--splitting", "--out-extension:.js=.mjs"];
const BANNER = "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

const ASK = `
  import { createModelCatalog } from "./src/index.ts";
  const catalog = createModelCatalog({ providers: {}, prices: {}, env: process.env });
  const model = await catalog.resolve("amazon-bedrock/us.anthropic.claude-opus-4-6-v1");
  const { signal } = new AbortController();
  const messages = [{ role: "user", text: "Hello" }];
  for await (const event of model.stream({ system: "", messages, tools: [], signal })) {
    if (event.type === "text-delta") console.log(event.text);
  }
`;

it("a bundle reaches Bedrock with the credentials of an instance profile", async () => {
  const credentials = { accessKeyId: "AKIDROLE", secretAccessKey: "role secret", sessionToken: "role session" };
  const directory = await mkdtemp(join(tmpdir(), "skykoi-bundle-"));
  const bedrock = await startFakeBedrock({ secretAccessKeys: { AKIDROLE: "role secret" } });
  const imds = await startFakeImds({ credentials });
  try {
    const where = [`--outdir=${directory}`, `--banner:js=${BANNER}`, "--log-level=error"];
    execFileSync(ESBUILD, [...OPTIONS, ...where], { input: ASK, cwd: PACKAGE });
    const { stdout } = await promisify(execFile)(process.execPath, [join(directory, "stdin.mjs")], {
      env: {
        HOME: directory,
        AWS_REGION: "us-east-1",
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url,
      },
      timeout: 20_000,
    });
    expect(stdout).toBe("OK\n");
  } finally {
    await Promise.all([bedrock.close(), imds.close(), rm(directory, { recursive: true })]);
  }
}, 30_000);
