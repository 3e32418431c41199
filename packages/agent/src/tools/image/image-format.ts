/** What a picture is, by its first bytes: its kind and its size, whatever its name says. */

export interface ImageFormat {
  readonly mimeType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly width: number;
  readonly height: number;
}

/** Undefined when this is none of the kinds that models can see, or is cut off before its size. */
export const imageFormat = (bytes: Uint8Array): ImageFormat | undefined => {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return png(data) ?? jpeg(data) ?? gif(data) ?? webp(data);
};

const png = (data: Buffer): ImageFormat | undefined => {
  if (data.length < 24 || data.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") return undefined;
  return { mimeType: "image/png", width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
};

const gif = (data: Buffer): ImageFormat | undefined => {
  if (data.length < 10 || !/^GIF8[79]a$/.test(data.toString("latin1", 0, 6))) return undefined;
  return { mimeType: "image/gif", width: data.readUInt16LE(6), height: data.readUInt16LE(8) };
};

const webp = (data: Buffer): ImageFormat | undefined => {
  if (data.length < 30 || data.toString("latin1", 0, 4) !== "RIFF" || data.toString("latin1", 8, 12) !== "WEBP") {
    return undefined;
  }
  const size = webpSize(data);
  return size && { mimeType: "image/webp", ...size };
};

/** Three forms: lossy (VP8), lossless (VP8L), extended (VP8X). */
const webpSize = (data: Buffer): { width: number; height: number } | undefined => {
  switch (data.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const bits = data.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
};

/** The size stands in the first start-of-frame segment (ITU T.81, B.2.2). */
const jpeg = (data: Buffer): ImageFormat | undefined => {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 < data.length && data[at] === 0xff) {
    const marker = data[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { mimeType: "image/jpeg", width: data.readUInt16BE(at + 7), height: data.readUInt16BE(at + 5) };
    at += marker === 0xff ? 1 : 2 + data.readUInt16BE(at + 2);
  }
  return undefined;
};
