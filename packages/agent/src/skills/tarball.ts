/** Reads a tar archive, gzipped or not, into memory: regular files only, within limits, and nothing is written anywhere. */

import { gunzipSync } from "node:zlib";

export interface PackedFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly executable: boolean;
}

const BLOCK = 512;
const GZIP = [0x1f, 0x8b] as const;

/** Throws an Error with a sentence for anything but files and folders, for paths that lead outside, and beyond the limits. */
export const readTarball = (
  archive: Buffer,
  limits: { readonly maxBytes: number; readonly maxFiles: number },
): PackedFile[] => {
  const tar = unzipped(archive, limits.maxBytes * 2);
  const files: PackedFile[] = [];
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = octal(header, 124, 12);
    const type = String.fromCodePoint(header[156] ?? 0);
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (body.length < size) throw new Error("The archive is cut off.");
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === "g") continue;
    if (type === "x" || type === "L") {
      longPath =
        type === "L"
          ? text(body, 0, body.length)
          : (/\d+ path=([^\n]*)\n/.exec(body.toString("utf8"))?.[1] ?? longPath);
      continue;
    }
    const path = longPath ?? pathOf(header);
    longPath = undefined;
    if (type === "5") continue;
    if (type !== "0" && type !== "\0")
      throw new Error(`The archive holds ${path}, which is neither a file nor a folder.`);
    if (files.length >= limits.maxFiles) throw new Error(`The archive holds more than ${limits.maxFiles} files.`);
    const executable = (octal(header, 100, 8) & 0o111) !== 0;
    files.push({ path: insidePath(path), bytes: Buffer.from(body), executable });
  }
  return files;
};

const unzipped = (archive: Buffer, maxOutputLength: number): Buffer => {
  if (archive[0] !== GZIP[0] || archive[1] !== GZIP[1]) return archive;
  try {
    return gunzipSync(archive, { maxOutputLength });
  } catch (cause) {
    throw new Error("The archive cannot be unpacked, or is too large when it is.", { cause });
  }
};

const pathOf = (header: Buffer): string => {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  const name = text(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
};

/** Throws for a path that is absolute, goes up, or is not plain. */
const insidePath = (path: string): string => {
  const parts = path.replace(/^(\.\/)+/, "").split("/");
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== ".." && !/[\\\p{Cc}]/u.test(part));
  if (!isPlain)
    throw new Error(`The archive holds a file with the path ${JSON.stringify(path)}, which leads outside of it.`);
  return parts.join("/");
};

const octal = (header: Buffer, start: number, length: number): number => {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new Error("This is no tar archive.");
  return Number.parseInt(digits, 8);
};

const text = (bytes: Buffer, start: number, length: number): string =>
  bytes.toString("utf8", start, start + length).split("\0")[0] ?? "";
