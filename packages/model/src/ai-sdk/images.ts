/** Pictures as parts of a prompt; words in their place for a model that sees none. */

import type { ModelImage, ModelInfo, ModelMessage } from "../port.ts";

export interface ImagePart {
  readonly type: "file";
  mediaType: string;
  data: { type: "data"; data: Uint8Array };
}

export interface TextPart {
  readonly type: "text";
  text: string;
}

/** Anthropic refuses pictures above 2,000 pixels in requests with more than 20 of them. */
const MAX_IMAGES = 20;
/** Dropped together, so that the cached prefix changes once in this many pictures. */
const DROPPED_AT_ONCE = 10;

/** The same messages with the oldest pictures told instead of shown, when there are too many. */
export const withoutOldImages = (messages: readonly ModelMessage[]): readonly ModelMessage[] => {
  const count = messages.flatMap(imagesOf).length;
  let toDrop = Math.max(0, Math.ceil((count - MAX_IMAGES) / DROPPED_AT_ONCE)) * DROPPED_AT_ONCE;
  if (toDrop === 0) return messages;
  const dropped = <T extends { readonly images?: readonly ModelImage[] }>(holder: T): T =>
    holder.images
      ? { ...holder, images: holder.images.map((image) => (toDrop-- > 0 ? forgotten(image) : image)) }
      : holder;
  return messages.map((message) => {
    if (message.role === "user") return dropped(message);
    return message.role === "tool" ? { ...message, results: message.results.map(dropped) } : message;
  });
};

const imagesOf = (message: ModelMessage): readonly ModelImage[] => {
  if (message.role === "user") return message.images ?? [];
  return message.role === "tool" ? message.results.flatMap(({ images = [] }) => images) : [];
};

const forgotten = (image: ModelImage): ModelImage => ({ ...image, read: () => Promise.resolve(undefined) });

export const imageParts = (
  images: readonly ModelImage[],
  { input }: Pick<ModelInfo, "input">,
): Promise<(ImagePart | TextPart)[]> => {
  const sees = input.includes("image");
  return Promise.all(images.map((image) => (sees ? shown(image) : Promise.resolve(told(image)))));
};

const shown = async ({ mimeType, read }: ModelImage): Promise<ImagePart | TextPart> => {
  const bytes = await read();
  if (!bytes) return { type: "text", text: "(a picture that is no longer shown)" };
  return { type: "file", mediaType: mimeType, data: { type: "data", data: bytes } };
};

const told = ({ mimeType, sizeBytes }: ModelImage): TextPart => ({
  type: "text",
  text: `(a picture, ${mimeType}, ${Math.ceil(sizeBytes / 1024)} KB, that this model cannot see)`,
});
