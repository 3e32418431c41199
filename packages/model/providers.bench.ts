/**
 * What a provider costs a gateway: loading its code, its memory, its first call and its warm calls, as a bundle like the
 * shipped one against a server that answers at once. Prints the best
 * of several rounds, which other work on the machine disturbs least. From the root:
 * `node_modules/.bin/node packages/model/providers.bench.ts`
 */

import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { startFakeBedrock, startFakeImds, startFakeOpenAi } from "./src/testing/index.ts";

const ROUNDS = 10;
const KEY = { accessKeyId: "AKIDBENCH", secretAccessKey: "secret", sessionToken: "session" };
const BEDROCK_REF = "amazon-bedrock/us.anthropic.claude-opus-4-6-v1";

/** Runs in a process of its own; REF and BASE_URL come from the environment. */
const MEASURED = `
  import { createModelCatalog } from "./src/index.ts";
  const MB = 1e6, rssMb = () => process.memoryUsage().rss / MB;
  const api = process.env.REF.startsWith("lab/") ? "openai-completions" : "bedrock-converse-stream";
  const providers = { [process.env.REF.split("/")[0]]: { api, region: "us-east-1", baseUrl: process.env.BASE_URL } };
  const catalog = createModelCatalog({ providers, prices: {}, env: process.env, offlineChunkDelayMs: 0 });
  const call = async (model) => {
    const start = performance.now();
    const request = { system: "s", messages: [{ role: "user", text: "hi" }], tools: [], signal: new AbortController().signal };
    for await (const event of model.stream(request)) void event;
    return performance.now() - start;
  };
  const before = rssMb(), start = performance.now();
  const model = await catalog.resolve(process.env.REF);
  const loadMs = performance.now() - start, loadMb = rssMb() - before;
  const firstCallMs = await call(model);
  const rssAfterOneMb = rssMb(), warm = [];
  for (let i = 0; i < 200; i++) warm.push(await call(model));
  console.log(JSON.stringify({ loadMs, loadMb, firstCallMs, rssAfterOneMb, warmMs: warm.toSorted((a, b) => a - b)[100], rssAfter200Mb: rssMb() }));
`;

const directory = await mkdtemp(join(tmpdir(), "skykoi-model-bench-"));
const bedrock = await startFakeBedrock();
const openAi = await startFakeOpenAi();
const imds = await startFakeImds({ credentials: KEY });
try {
  const root = join(import.meta.dirname, "../..");
  const banner = "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";
  execFileSync(
    join(root, "node_modules/.bin/esbuild"),
    [
      "--bundle",
      "--platform=node",
      "--format=esm",
      "--splitting",
      `--outdir=${directory}`,
      `--banner:js=${banner}`,
      "--out-extension:.js=.mjs",
      "--log-level=error",
    ],
    { input: MEASURED, cwd: import.meta.dirname },
  );
  const bedrockEnv = { REF: BEDROCK_REF, BASE_URL: bedrock.url };
  const keys = { AWS_ACCESS_KEY_ID: KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey };
  await measure("offline", { REF: "offline/demo" });
  await measure("openai-compatible", { REF: "lab/tiny", BASE_URL: openAi.baseUrl });
  await measure("bedrock, keys in the environment", { ...bedrockEnv, ...keys });
  await measure("bedrock, instance profile", { ...bedrockEnv, AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url });
} finally {
  await Promise.all([bedrock.close(), openAi.close(), imds.close()]);
  await rm(directory, { recursive: true });
}

async function measure(what: string, env: Readonly<Record<string, string>>): Promise<void> {
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = { HOME: directory, AWS_CONFIG_FILE: directory, AWS_SHARED_CREDENTIALS_FILE: directory };
    const { stdout } = await promisify(execFile)(process.execPath, [join(directory, "stdin.mjs")], {
      env: { ...bare, ...env },
    });
    rounds.push(JSON.parse(stdout));
  }
  const figures = Object.keys(rounds[0] ?? {}).map((name) => {
    const best = Math.min(...rounds.map((round) => round[name] ?? 0));
    return `${name} ${best.toFixed(1)}`;
  });
  process.stdout.write(`${what.padEnd(34)} ${figures.join("  ")}\n`);
}
