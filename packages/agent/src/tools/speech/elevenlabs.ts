/** ElevenLabs over HTTP. */

import { guardedHttp } from "../web/guarded-http.ts";
import { createSsrfGuard } from "../web/ssrf-guard.ts";
import { SpeechFailed, type SpeechProvider } from "./speech-provider.ts";

export interface ElevenLabsOptions {
  readonly apiKey: string;
  /** Instead of its own. */
  readonly baseUrl?: string;
}

const BASE_URL = "https://api.elevenlabs.io";
const DEFAULT_VOICE = "21m00Tcm4TlvDq8ikWAM";
const MODEL = "eleven_multilingual_v2";
const MAX_SOUND_BYTES = 32 * 1_024 * 1_024;
const TIMEOUT_MS = 120_000;

export const createElevenLabs = ({ apiKey, baseUrl = BASE_URL }: ElevenLabsOptions): SpeechProvider => ({
  extension: "mp3",
  speak: async (text, voice, signal) => {
    if (apiKey === "") {
      throw new SpeechFailed(
        "ElevenLabs needs its key. Whoever runs this agent can set tools.tts.apiKey, or choose another tools.tts.provider (polly, espeak).",
      );
    }
    const { hostname, port, protocol } = new URL(baseUrl);
    const answer = await guardedHttp({
      url: `${baseUrl}/v1/text-to-speech/${encodeURIComponent(voice || DEFAULT_VOICE)}?output_format=mp3_44100_128`,
      guard: createSsrfGuard({ allowPrivateHosts: [`${hostname}:${port || (protocol === "https:" ? "443" : "80")}`] }),
      method: "POST",
      headers: { "xi-api-key": apiKey, "content-type": "application/json", accept: "audio/mpeg" },
      body: JSON.stringify({ text, model_id: MODEL }),
      maxBytes: MAX_SOUND_BYTES,
      maxRedirects: 0,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (!answer.ok) throw new SpeechFailed(`ElevenLabs: ${answer.reason}`);
    if (answer.status === 200 && !answer.truncated) return answer.body;
    if (answer.status === 401) throw new SpeechFailed("ElevenLabs refuses the key in tools.tts.apiKey.");
    if (answer.status === 404) throw new SpeechFailed(`ElevenLabs does not know the voice "${voice}".`);
    if (answer.status === 429) throw new SpeechFailed("ElevenLabs is limiting requests. Wait a while.");
    throw new SpeechFailed(`ElevenLabs answered with HTTP status ${answer.status}.`);
  },
});
