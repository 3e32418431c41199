/** Amazon Polly, with the credentials of the machine: the instance's role where there is one. */

import { PollyClient, SynthesizeSpeechCommand, type Engine, type VoiceId } from "@aws-sdk/client-polly";
import { NodeHttpHandler } from "@smithy/node-http-handler";

import { SpeechFailed, type SpeechProvider } from "./speech-provider.ts";

export interface PollyOptions {
  readonly region: string;
  /** Instead of AWS's own. */
  readonly endpoint?: string;
}

const DEFAULT_VOICE = "Joanna";

export const createPolly = ({ region, endpoint }: PollyOptions): SpeechProvider => {
  const client = new PollyClient({
    region,
    maxAttempts: 3,
    // Plain HTTP/1.1, as every proxy and endpoint of a private network speaks it.
    requestHandler: new NodeHttpHandler(),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const synthesize = async (text: string, voice: VoiceId, engine: Engine, signal: AbortSignal): Promise<Uint8Array> => {
    const command = new SynthesizeSpeechCommand({ OutputFormat: "mp3", Text: text, VoiceId: voice, Engine: engine });
    const { AudioStream } = await client.send(command, { abortSignal: signal });
    if (!AudioStream) throw new SpeechFailed("Amazon Polly sent no sound.");
    return AudioStream.transformToByteArray();
  };

  return {
    extension: "mp3",
    speak: async (text, voice, signal) => {
      // oxlint-disable-next-line no-unsafe-type-assertion -- the service knows its voices; a new one works without a change
      const name = (voice || DEFAULT_VOICE) as VoiceId;
      try {
        return await synthesize(text, name, "neural", signal);
      } catch (thrown) {
        if (!isNamed(thrown, "EngineNotSupportedException", "ValidationException")) throw meaning(thrown, region);
      }
      // A voice without the neural engine speaks with the standard one.
      return synthesize(text, name, "standard", signal).catch((thrown: unknown) => {
        throw meaning(thrown, region);
      });
    },
  };
};

const meaning = (thrown: unknown, region: string): Error => {
  if (thrown instanceof SpeechFailed) return thrown;
  if (isNamed(thrown, "AbortError")) return new SpeechFailed("Stopped before it was finished.");
  if (isNamed(thrown, "CredentialsProviderError", "UnrecognizedClientException", "ExpiredTokenException")) {
    return new SpeechFailed(
      "Amazon Polly needs AWS credentials: an instance role with polly:SynthesizeSpeech, or choose another tools.tts.provider (espeak, elevenlabs).",
    );
  }
  if (isNamed(thrown, "AccessDeniedException")) {
    return new SpeechFailed("The AWS role of this machine does not allow polly:SynthesizeSpeech.");
  }
  const message = thrown instanceof Error ? thrown.message.split("\n")[0]?.slice(0, 200) : "";
  return new SpeechFailed(`Amazon Polly in ${region} refused: ${message}`);
};

const isNamed = (thrown: unknown, ...names: string[]): boolean =>
  thrown instanceof Error && names.includes(thrown.name);
