/** `tts`: speaks a text into a sound file in the workspace. */

import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { keepBytes } from "../files/kept-file.ts";
import type { PathGuard } from "../files/path-guard.ts";
import type { SpeechProvider } from "./speech-provider.ts";

/** As `tools.tts` in the configuration. */
export interface TtsSettings {
  readonly provider: "polly" | "espeak" | "elevenlabs";
  /** A name or id of the provider; empty: its usual one. */
  readonly voice: string;
  readonly apiKey: string;
  /** Another address of the provider; empty: its own. */
  readonly baseUrl: string;
}

export interface TtsToolOptions extends TtsSettings {
  readonly paths: PathGuard;
  /** AWS_REGION and PATH are used. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What Amazon Polly takes at once. */
const MAX_TEXT_CHARS = 3_000;
const DIRECTORY = "speech";
const NAME_CHARS = 40;
const DEFAULT_REGION = "us-east-1";

const Input = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: MAX_TEXT_CHARS }),
    voice: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: "Name of the voice; default: the configured one" }),
    ),
  },
  { additionalProperties: false },
);

export const createTtsTool = (options: TtsToolOptions): Tool =>
  defineTool({
    name: "tts",
    description: `Speak a text (up to ${MAX_TEXT_CHARS} characters) into a sound file in ${DIRECTORY}/.`,
    input: Input,
    title: ({ text }) => `speak "${text}"`,
    execute: async ({ text, voice = options.voice }, { signal }) => {
      const { SpeechFailed } = await import("./speech-provider.ts");
      try {
        const provider = await load(options);
        const bytes = await provider.speak(text, voice, signal);
        const name = `${text.slice(0, NAME_CHARS).trim()}.${provider.extension}`;
        const { path, sizeBytes } = await keepBytes({ paths: options.paths, directory: DIRECTORY, name }, bytes);
        return succeeded(`The spoken text is in ${path} (${sizeBytes} bytes).`);
      } catch (thrown) {
        if (!(thrown instanceof SpeechFailed)) throw thrown;
        return failed(thrown.message);
      }
    },
  });

const load = async ({ provider, apiKey, baseUrl, env }: TtsToolOptions): Promise<SpeechProvider> => {
  switch (provider) {
    case "polly": {
      const { createPolly } = await import("./polly.ts");
      const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || DEFAULT_REGION;
      return createPolly({ region, ...(baseUrl === "" ? {} : { endpoint: baseUrl }) });
    }
    case "espeak":
      return (await import("./espeak.ts")).createEspeak({ env });
    case "elevenlabs":
      return (await import("./elevenlabs.ts")).createElevenLabs({ apiKey, ...(baseUrl === "" ? {} : { baseUrl }) });
    default:
      return provider satisfies never;
  }
};
