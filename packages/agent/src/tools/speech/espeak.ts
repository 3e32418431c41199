/** espeak-ng on this machine: speaks without any network, like a robot. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SpeechFailed, type SpeechProvider } from "./speech-provider.ts";

export interface EspeakOptions {
  /** Default: the first espeak-ng in PATH. */
  readonly program?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_VOICE = "en";
const TIMEOUT_MS = 60_000;

export const createEspeak = ({ program = "espeak-ng", env }: EspeakOptions): SpeechProvider => ({
  extension: "wav",
  speak: async (text, voice, signal) => {
    const directory = await mkdtemp(join(tmpdir(), "koi-speech-"));
    const file = join(directory, "speech.wav");
    try {
      // Written to a file, because in a pipe the header cannot say how long the sound is.
      await run(program, ["-v", voice || DEFAULT_VOICE, "-w", file, "--stdin"], text, env["PATH"], signal);
      return await readFile(file);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
});

const run = (
  program: string,
  args: string[],
  input: string,
  path: string | undefined,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { signal, timeout: TIMEOUT_MS, env: path === undefined ? {} : { PATH: path } };
    const child = execFile(program, args, options, (error, _, stderr) => {
      if (error) reject(new SpeechFailed(meaning(error, stderr)));
      else resolve();
    });
    // A program that ends without reading is judged by its exit code.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });

const meaning = (error: Error, stderr: string): string => {
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    return "espeak-ng is not installed. Whoever runs this agent can install it (Debian: apt-get install espeak-ng), or choose another tools.tts.provider (polly, elevenlabs).";
  }
  if (code === "ABORT_ERR") return "Stopped before it was finished.";
  return `espeak-ng failed: ${stderr.trim().split("\n")[0]?.slice(0, 200) || `code ${String(code)}`}`;
};
