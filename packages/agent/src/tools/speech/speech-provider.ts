/** The port of a voice: text in, a sound file's bytes out. */

export interface SpeechProvider {
  readonly extension: "mp3" | "wav";
  /** Throws SpeechFailed. */
  speak(text: string, voice: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** Its message is a sentence for the model and the person. */
export class SpeechFailed extends Error {
  override readonly name = "SpeechFailed";
}
