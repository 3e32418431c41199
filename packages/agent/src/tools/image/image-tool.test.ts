import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ORIGIN, temporaryDirectory } from "../../testing/scene.ts";
import { sends, webSite } from "../../testing/web-site.ts";
import { diskFiles } from "../files/file-operations.ts";
import { createPathGuard } from "../files/path-guard.ts";
import { createSsrfGuard } from "../web/ssrf-guard.ts";
import { imageFormat } from "./image-format.ts";
import { createImageTool } from "./image-tool.ts";

const be = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, index) => (value >> (8 * (bytes - 1 - index))) & 255);
const text = (value: string): number[] => [...Buffer.from(value, "latin1")];

const png = (width: number, height: number) =>
  Buffer.from([
    ...text("\x89PNG\r\n\x1a\n"),
    ...be(13, 4),
    ...text("IHDR"),
    ...be(width, 4),
    ...be(height, 4),
    8,
    6,
    0,
    0,
    0,
  ]);
const jpeg = Buffer.from([
  0xff,
  0xd8,
  0xff,
  0xe0,
  0,
  4,
  1,
  2,
  0xff,
  0xff,
  0xc2,
  0,
  11,
  8,
  ...be(30, 2),
  ...be(40, 2),
  1,
  1,
  17,
  0,
]);
const gif = Buffer.from([...text("GIF89a"), 40, 0, 30, 0, 0, 0]);
const riff = (chunk: string, rest: number[]) =>
  Buffer.from([
    ...text("RIFF"),
    0,
    0,
    0,
    0,
    ...text("WEBP"),
    ...text(chunk),
    0,
    0,
    0,
    0,
    ...rest,
    ...Array(12).fill(0),
  ]);

describe("the format of a picture", () => {
  it.each([
    ["image/png", png(40, 30)],
    ["image/jpeg", jpeg],
    ["image/gif", gif],
    ["image/webp", riff("VP8X", [0, 0, 0, 0, 39, 0, 0, 29, 0, 0])],
    ["image/webp", riff("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a, 40, 0, 30, 0])],
    ["image/webp", riff("VP8L", [0x2f, 39, 0x40, 7, 0])],
  ])("is %s with its size, by its bytes", (mimeType, bytes) => {
    expect(imageFormat(bytes)).toEqual({ mimeType, width: 40, height: 30 });
  });

  it("is unknown for anything else and for every cut of a picture before its size", () => {
    for (const bytes of ["", "%PDF-1.7", "<svg></svg>", "BM", "RIFF0000WAVEfmt "])
      expect(imageFormat(Buffer.from(bytes))).toBeUndefined();
    for (const [whole, needed] of [
      [png(1, 1), 24],
      [gif, 10],
      [jpeg, 18],
    ] as const) {
      for (let length = 0; length < needed; length += 1) expect(imageFormat(whole.subarray(0, length))).toBeUndefined();
    }
  });
});

const scene = (allowPrivateHosts: string[] = []) => {
  const workspace = temporaryDirectory();
  const paths = createPathGuard({ workspace, home: workspace, protectedPaths: [] });
  const tool = createImageTool({ paths, files: diskFiles, guard: createSsrfGuard({ allowPrivateHosts }) });
  const look = (source: string) =>
    tool.execute(
      { source },
      { run: ORIGIN, toolCallId: "c", signal: new AbortController().signal, update: () => undefined },
    );
  return { look, put: (name: string, bytes: Uint8Array) => writeFileSync(join(workspace, name), bytes) };
};

describe("image", () => {
  it("shows a file as it is, by its bytes and not by its name", async () => {
    const { look, put } = scene();
    put("koi.jpg", png(40, 30));
    const { text: said, images } = await look("koi.jpg");
    expect(said).toContain("image/png, 40 x 30 pixels");
    expect(images).toEqual([{ mimeType: "image/png", bytes: png(40, 30) }]);
  });

  it("shows a picture of the web, and reaches no private host", async () => {
    const site = await webSite({ "/k": sends("text/plain", png(40, 30)), "/p": "<p>" });
    const { look } = scene([site.host]);
    expect((await look(`${site.origin}/k`)).images).toHaveLength(1);
    expect((await look(`${site.origin}/p`)).text).toContain("is not a PNG");
    expect((await look(`${site.origin}/none`)).text).toContain("HTTP status 404");
    expect((await scene().look(`${site.origin}/k`)).text).toContain("private network");
    expect((await look("file:///etc/passwd")).text).toContain("Only http and https");
  });

  it("says what is too large, missing or no picture", async () => {
    const { look, put } = scene();
    put("wide.png", png(9_000, 10));
    put("heavy.png", Buffer.alloc(3_800_000));
    put("notes.png", Buffer.from("notes"));
    expect((await look("wide.png")).text).toContain("9000 x 10 pixels; models take");
    expect((await look("heavy.png")).text).toContain("3800000 bytes; models take");
    expect((await look("notes.png")).text).toContain("whatever its name says");
    expect((await look("none.png")).text).toContain("no such file");
    expect((await look(".")).text).toContain("not a regular file");
  });
});
