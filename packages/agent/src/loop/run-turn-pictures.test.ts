import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { createMediaStore } from "../media/media-store.ts";
import type { Tool } from "../port.ts";
import { pngOf } from "../testing/pictures.ts";
import { collect, createScene, temporaryDirectory } from "../testing/scene.ts";
import { calls, says, scriptedModel } from "../testing/scripted-model.ts";

const camera = (...pictures: readonly Uint8Array[]): Tool => ({
  name: "camera",
  description: "Takes pictures",
  inputSchema: { type: "object" },
  title: () => "take a picture",
  execute: async () => ({
    text: "Click.",
    isError: false,
    images: pictures.map((bytes) => ({ mimeType: "image/png", bytes })),
  }),
});

const photographs = async (tool: Tool, options: Parameters<Awaited<ReturnType<typeof createScene>>["run"]>[1]) => {
  const scene = await createScene([tool]);
  const model = scriptedModel((_, count) => (count === 1 ? calls("camera", {}) : says("Nice.")));
  await collect(scene.run(model, options));
  const result = model.requests[1]?.messages[2];
  if (result?.role !== "tool") throw new Error("no result");
  return { entry: (await scene.reread())[2], result: result.results[0] };
};

describe("a tool's picture", () => {
  it("is kept beside the transcript and shown to the model with the result", async () => {
    const media = createMediaStore({ directory: join(temporaryDirectory(), "media") });
    const { entry, result } = await photographs(camera(pngOf(20, 10), pngOf(30, 10)), { media });
    expect(entry).toMatchObject({
      content: [
        { type: "text", text: "Click." },
        { type: "image", mimeType: "image/png", sizeBytes: 64 },
        { type: "image" },
      ],
    });
    expect(result).toMatchObject({ text: "Click.", images: [{ mimeType: "image/png", sizeBytes: 64 }, {}] });
    expect(await result?.images?.[1]?.read()).toEqual(Buffer.from(pngOf(30, 10)));
  });

  it("that cannot be kept is said to be missing, and the run goes on", async () => {
    const media = createMediaStore({ directory: join(temporaryDirectory(), "media") });
    const { result } = await photographs(camera(Buffer.from("no picture")), { media });
    expect(result?.text).toBe("Click.\n[A picture was left out. It is no PNG, JPEG, GIF or WebP picture.]");
    expect(result?.images).toBeUndefined();
    expect((await photographs(camera(pngOf(1, 1)), {})).result?.text).toContain("cannot be kept here");
  });
});
