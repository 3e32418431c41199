/** `edit`: replaces a piece of a file that is named by its exact text. */

import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath, type FileToolOptions } from "./file-access.ts";
import { nameLines, replaceText } from "./replace-text.ts";

const MAX_EDIT_BYTES = 10 * 1024 * 1024;

const Input = Type.Object(
  {
    path: Type.String({ minLength: 1, description: "File to change, relative to the workspace or absolute" }),
    oldText: Type.String({ minLength: 1, description: "Exact text to replace; must occur once" }),
    newText: Type.String({ description: "Text to put in its place" }),
    replaceAll: Type.Optional(Type.Boolean({ description: "Replace every occurrence" })),
  },
  { additionalProperties: false },
);

export const createEditTool = ({ paths, files }: FileToolOptions): Tool =>
  defineTool({
    name: "edit",
    description:
      "Replace exact text in a file. oldText must match including white space and occur exactly once, unless replaceAll is set.",
    input: Input,
    title: ({ path }) => `edit ${path}`,
    execute: ({ path, oldText, newText, replaceAll = false }, { signal }) =>
      withPath(paths, path, async (realPath) => {
        const { kind, sizeBytes, mode } = await files.stat(realPath);
        if (kind !== "file") return failed(`${path} is not a regular file.`);
        if (sizeBytes > MAX_EDIT_BYTES) return failed(`${path} is too large to edit (${sizeBytes} bytes); use exec.`);
        const content = decodeText(await readAll(files.read(realPath, signal)));
        if (content === undefined) return failed(`${path} is not UTF-8 text; editing it would damage it.`);

        const outcome = replaceText(content, { oldText, newText, replaceAll });
        if (!outcome.ok) return failed(`${path}: ${outcome.reason}`);
        await files.replace(realPath, outcome.content, mode);
        const places = outcome.lines.length === 1 ? "1 place" : `${outcome.lines.length} places`;
        return succeeded(`Changed ${path} in ${places} (line ${nameLines(outcome.lines)}).`);
      }),
  });

const readAll = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
};

/** undefined when decoding and encoding again would not give the same bytes. */
const decodeText = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
