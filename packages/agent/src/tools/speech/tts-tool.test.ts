import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, it, vi } from "vitest";

import { ORIGIN, temporaryDirectory } from "../../testing/scene.ts";
import { sends, webSite, type Handler } from "../../testing/web-site.ts";
import { createPathGuard } from "../files/path-guard.ts";
import { createTtsTool, type TtsToolOptions } from "./tts-tool.ts";

const MP3 = Buffer.from([0xff, 0xfb, 0x90, 0x44, 1, 2, 3]);
const hasEspeak = spawnSync("espeak-ng", ["--version"]).status === 0;
if (!hasEspeak && process.env["CI"] !== undefined) throw new Error("Not installed: espeak-ng.");

const speaking = (options: Partial<TtsToolOptions>) => {
  const workspace = temporaryDirectory();
  const paths = createPathGuard({ workspace, home: workspace, protectedPaths: [] });
  const tool = createTtsTool({
    provider: "polly",
    voice: "",
    apiKey: "",
    baseUrl: "",
    paths,
    env: process.env,
    ...options,
  });
  return {
    workspace,
    speak: (input: object, signal = new AbortController().signal) =>
      tool.execute(input, { run: ORIGIN, toolCallId: "c", signal, update: () => undefined }),
  };
};

const at = async (path: string, answer: Handler, options: Partial<TtsToolOptions>) => {
  const site = await webSite({ [path]: answer });
  return { site, ...speaking({ baseUrl: site.origin, ...options }) };
};

const exception = (name: string, status = 400): Handler =>
  sends("application/json", JSON.stringify({ message: `${name} it is` }), status, { "x-amzn-errortype": name });

describe("tts by Amazon Polly", () => {
  beforeEach(() => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    return () => vi.unstubAllEnvs();
  });

  it("asks for the neural voice with a signed request and keeps the sound in the workspace", async () => {
    const { site, workspace, speak } = await at("/v1/speech", sends("audio/mpeg", MP3), { provider: "polly" });
    const { text, isError } = await speak({ text: "Good morning; ../koi!" });
    expect(isError).toBe(false);
    const path = /speech\/\S.*\.mp3(?= \(7 bytes\))/.exec(text)?.[0] ?? "";
    expect(readFileSync(join(workspace, path))).toEqual(MP3);
    const [request] = site.requests;
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      OutputFormat: "mp3",
      Text: "Good morning; ../koi!",
      VoiceId: "Joanna",
      Engine: "neural",
    });
    expect(request?.headers.authorization).toContain("/polly/aws4_request");
    expect((await speak({ text: "Good morning; ../koi!" })).text).toContain("-2.mp3");
  });

  it("falls back to the standard engine for a voice without the neural one", async () => {
    const engines: string[] = [];
    const { speak } = await at(
      "/v1/speech",
      (request, response, body) => {
        engines.push(JSON.parse(body).Engine);
        (engines.length === 1 ? exception("EngineNotSupportedException") : sends("audio/mpeg", MP3))(
          request,
          response,
          body,
        );
      },
      { voice: "Marlene" },
    );
    expect((await speak({ text: "Hallo" })).isError).toBe(false);
    expect(engines).toEqual(["neural", "standard"]);
  });

  it.each([
    ["AccessDeniedException", 403, "does not allow polly:SynthesizeSpeech"],
    ["UnrecognizedClientException", 403, "needs AWS credentials"],
    ["TextLengthExceededException", 400, "refused: TextLengthExceededException it is"],
  ])("says what %s means", async (name, status, words) => {
    const { speak } = await at("/v1/speech", exception(name, status), {});
    expect(await speak({ text: "x" })).toMatchObject({ isError: true, text: expect.stringContaining(words) });
  });
});

describe("tts by ElevenLabs", () => {
  const path = "/v1/text-to-speech/v_1";
  const options = { provider: "elevenlabs", apiKey: "key_1", voice: "v_1" } as const;

  it("sends text and key, and keeps the sound", async () => {
    const { site, speak } = await at(path, sends("audio/mpeg", MP3), options);
    expect((await speak({ text: "Hi" })).text).toBe("The spoken text is in speech/Hi.mp3 (7 bytes).");
    expect(site.requests[0]).toMatchObject({ method: "POST", headers: { "xi-api-key": "key_1" } });
    expect(JSON.parse(site.requests[0]?.body ?? "")).toEqual({ text: "Hi", model_id: "eleven_multilingual_v2" });
  });

  it.each([
    [401, "refuses the key"],
    [404, "does not know the voice"],
    [429, "limiting requests"],
    [500, "HTTP status 500"],
  ])("says what status %d means", async (status, words) => {
    const { speak } = await at(path, sends("application/json", "{}", status), options);
    expect(await speak({ text: "x" })).toMatchObject({ isError: true, text: expect.stringContaining(words) });
  });

  it("names the setting that is missing", async () => {
    expect((await speaking({ provider: "elevenlabs" }).speak({ text: "x" })).text).toContain("set tools.tts.apiKey");
  });
});

describe("tts by espeak-ng", () => {
  it.skipIf(!hasEspeak)("speaks into a WAV file whose header says its length (needs espeak-ng)", async () => {
    const { workspace, speak } = speaking({ provider: "espeak" });
    expect((await speak({ text: "-v is not an option here" })).isError).toBe(false);
    const bytes = readFileSync(join(workspace, "speech/v is not an option here.wav"));
    expect(bytes.subarray(0, 4).toString()).toBe("RIFF");
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  });

  it("says that it is not installed, and what to do", async () => {
    const { speak } = speaking({ provider: "espeak", env: { PATH: "/nowhere" } });
    expect(await speak({ text: "x" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("apt-get install espeak-ng"),
    });
  });
});
