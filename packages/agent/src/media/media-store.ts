/** The pictures of an agent's conversations, each kept once under the hash of its bytes, beside the transcripts. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { describeThrown, fault, hasErrno } from "@skykoi/fault";

import type { KeptImage, MediaStore } from "../port.ts";
import { imageFormat } from "./image-format.ts";

export interface MediaStoreOptions {
  /** Created with the first picture. */
  readonly directory: string;
  readonly maxBytes?: number;
}

/** Bedrock and Anthropic take 5 MB after base64 encoding, and no side above 8,000 pixels. */
const MAX_BYTES = 3_750_000;
const MAX_SIDE_PX = 8_000;
const MEDIA_NAME = /^[0-9a-f]{64}$/;

export const createMediaStore = ({ directory, maxBytes = MAX_BYTES }: MediaStoreOptions): MediaStore => ({
  put: async (bytes) => {
    const format = imageFormat(bytes);
    if (!format) return refused("It is no PNG, JPEG, GIF or WebP picture.");
    if (bytes.byteLength > maxBytes) {
      return refused(
        `The picture has ${megabytes(bytes.byteLength)} MB; at most ${megabytes(maxBytes)} MB can be shown.`,
      );
    }
    if (Math.max(format.widthPx, format.heightPx) > MAX_SIDE_PX) {
      return refused(
        `The picture is ${format.widthPx} × ${format.heightPx} pixels; no side may be above ${MAX_SIDE_PX}.`,
      );
    }
    const media = createHash("sha256").update(bytes).digest("hex");
    const path = join(directory, media);
    await storing(path, async () => {
      if (await isKept(path, bytes.byteLength)) return;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeAtomically(path, bytes);
    });
    return { kind: "kept", image: { type: "image", mimeType: format.mimeType, media, sizeBytes: bytes.byteLength } };
  },
  read: async (media) => {
    if (!MEDIA_NAME.test(media)) return undefined;
    const path = join(directory, media);
    return storing(path, async () => {
      try {
        return await readFile(path);
      } catch (thrown) {
        if (hasErrno(thrown, "ENOENT")) return undefined;
        throw thrown;
      }
    });
  },
});

const refused = (reason: string): KeptImage => ({ kind: "refused", reason });

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(2);

const isKept = async (path: string, sizeBytes: number): Promise<boolean> => {
  try {
    return (await stat(path)).size === sizeBytes;
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
};

/** Nobody ever sees half a picture, also not after a power cut. */
const writeAtomically = async (path: string, bytes: Uint8Array): Promise<void> => {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined); // The failure to write is what matters.
    throw thrown;
  }
};

const storing = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw fault("STORAGE_FAILED", {
      message: "The disk refused to read or keep a picture.",
      detail: `${path}: ${describeThrown(cause)}`,
      cause,
    });
  }
};
