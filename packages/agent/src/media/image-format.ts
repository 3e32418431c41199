/** Tells a picture from its first bytes: what it is and how large it would be on a screen. */

export interface ImageFormat {
  readonly mimeType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly widthPx: number;
  readonly heightPx: number;
}

/** undefined for anything that is not one of the four formats, or too short to tell. */
export const imageFormat = (bytes: Uint8Array): ImageFormat | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return png(view) ?? jpeg(view) ?? gif(view) ?? webp(view);
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined; // It ends inside its header.
    throw thrown;
  }
};

/** Big-endian four-character codes. */
const code = (letters: string): number => Buffer.from(letters, "latin1").readUInt32BE(0);

const png = (view: DataView): ImageFormat | undefined => {
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return undefined;
  return { mimeType: "image/png", widthPx: view.getUint32(16), heightPx: view.getUint32(20) };
};

const gif = (view: DataView): ImageFormat | undefined => {
  if (view.getUint32(0) !== code("GIF8")) return undefined;
  return { mimeType: "image/gif", widthPx: view.getUint16(6, true), heightPx: view.getUint16(8, true) };
};

/** The frame header (SOF0 to SOF15 without DHT, JPG and DAC) holds the size; segments before it are skipped. */
const jpeg = (view: DataView): ImageFormat | undefined => {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++; // Fill bytes.
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { mimeType: "image/jpeg", widthPx: view.getUint16(at + 7), heightPx: view.getUint16(at + 5) };
    }
  }
};

const webp = (view: DataView): ImageFormat | undefined => {
  if (view.getUint32(0) !== code("RIFF") || view.getUint32(8) !== code("WEBP")) return undefined;
  const mimeType = "image/webp";
  const uint24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  switch (view.getUint32(12)) {
    case code("VP8X"):
      return { mimeType, widthPx: uint24(24) + 1, heightPx: uint24(27) + 1 };
    case code("VP8L"): {
      const bits = view.getUint32(21, true);
      return { mimeType, widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >> 14) & 0x3fff) + 1 };
    }
    case code("VP8 "):
      return { mimeType, widthPx: view.getUint16(26, true) & 0x3fff, heightPx: view.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
};
