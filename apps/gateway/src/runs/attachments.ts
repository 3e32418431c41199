/** What a client sends beside its text: pictures go to the media store, text files into the message, marked as such. */

import { createMediaStore, wrapUntrusted, type ImageContent } from "@skykoi/agent";
import { fault } from "@skykoi/fault";
import type { MethodParams } from "@skykoi/protocol";

type Attachment = NonNullable<MethodParams<"chat.send">["attachments"]>[number];

export interface Attached {
  /** To be put below the person's own words; "" for none. */
  readonly text: string;
  readonly images: readonly ImageContent[];
}

/** Of one file; a longer one is better read by the agent itself. */
const MAX_TEXT_CHARACTERS = 200_000;

/**
 * Pictures are on disk when this resolves. Throws INVALID_REQUEST that names the file: none of the message is accepted
 * then.
 */
export const keepAttachments = async (
  attachments: readonly Attachment[],
  mediaDirectory: string,
): Promise<Attached> => {
  const media = createMediaStore({ directory: mediaDirectory });
  const images: ImageContent[] = [];
  const texts: string[] = [];
  for (const [index, attachment] of attachments.entries()) {
    const name = attachment.fileName ?? `attachment ${index + 1}`;
    const bytes = bytesOf(attachment.content, name);
    if (claimsToBePicture(attachment) || textOf(bytes) === undefined) {
      const kept = await media.put(bytes);
      if (kept.kind === "refused") throw refused(name, kept.reason);
      images.push(kept.image);
    } else {
      const text = textOf(bytes) ?? "";
      if (text.length > MAX_TEXT_CHARACTERS) {
        throw refused(
          name,
          `It has ${text.length} characters; at most ${MAX_TEXT_CHARACTERS} can be sent with a message.`,
        );
      }
      texts.push(wrapUntrusted({ source: `attached file ${name}`, text }));
    }
  }
  return { text: texts.join("\n\n"), images };
};

const claimsToBePicture = ({ mimeType, type }: Attachment): boolean =>
  mimeType?.startsWith("image/") === true || type === "image";

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

const bytesOf = (content: string, name: string): Buffer => {
  const encoded = content.replace(/^data:[^,]{0,200},/, "");
  if (!BASE64.test(encoded)) throw refused(name, "Its content is not base64.");
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length === 0) throw refused(name, "It is empty.");
  return bytes;
};

/** undefined for what is no text. */
const textOf = (bytes: Buffer): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const refused = (name: string, reason: string) =>
  fault("INVALID_REQUEST", { message: `The attachment "${name}" cannot be sent. ${reason}` });
