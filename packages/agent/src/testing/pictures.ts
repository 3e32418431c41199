/** Small pictures for tests: real headers, no pixels worth seeing. */

/** A PNG header with these sides, padded to `sizeBytes`. */
export const pngOf = (widthPx: number, heightPx: number, sizeBytes = 64): Uint8Array => {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.write("IHDR", 12, "latin1");
  bytes.writeUInt32BE(widthPx, 16);
  bytes.writeUInt32BE(heightPx, 20);
  return bytes;
};
