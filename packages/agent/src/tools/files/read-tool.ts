/** `read`: the text of a file, in portions that fit into a context. */

import { Type } from "typebox";

import type { Tool, ToolResult } from "../../port.ts";
import { wrapUntrusted } from "../../untrusted/wrap.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath, type FileToolOptions } from "./file-access.ts";
import { createLineWindow, type LineWindowResult } from "./line-window.ts";
import { listing } from "./listing.ts";

const MAX_READ_LINES = 2_000;
export const MAX_READ_BYTES = 50 * 1024;
const PROBE_BYTES = 8_192;

const Input = Type.Object(
  {
    path: Type.String({ minLength: 1, description: "File to read, relative to the workspace or absolute" }),
    offset: Type.Optional(Type.Integer({ minimum: 1, description: "First line, from 1" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: "Number of lines" })),
  },
  { additionalProperties: false },
);

export const createReadTool = ({ paths, files }: FileToolOptions): Tool =>
  defineTool({
    name: "read",
    description: `Read a text file. Gives at most ${MAX_READ_LINES} lines or ${MAX_READ_BYTES / 1024} KB; continue with offset.`,
    input: Input,
    title: ({ path }) => `read ${path}`,
    execute: ({ path, offset = 1, limit = MAX_READ_LINES }, { signal }) =>
      withPath(paths, path, async (realPath) => {
        const { kind, sizeBytes } = await files.stat(realPath);
        if (kind === "directory") return succeeded(`${path} is a directory:\n${listing(await files.list(realPath))}`);
        if (kind !== "file") return failed(`${path} is not a regular file.`);

        const maxLines = Math.min(limit, MAX_READ_LINES);
        const window = createLineWindow({ offset, maxLines, maxBytes: MAX_READ_BYTES });
        let first = true;
        for await (const chunk of files.read(realPath, signal)) {
          if (first && looksBinary(chunk)) return binary(path, sizeBytes);
          first = false;
          if (window.push(chunk)) break;
        }
        const result = window.result();
        const isOurs = result.lineCount === 0 || !(await paths.isOutside(realPath));
        const text = isOurs ? result.text : wrapUntrusted({ source: `file ${realPath}`, text: result.text });
        return present(path, offset, { ...result, text });
      }),
  });

const looksBinary = (chunk: Uint8Array): boolean => chunk.subarray(0, PROBE_BYTES).includes(0);

const binary = (path: string, sizeBytes: number): ToolResult =>
  failed(
    `${path} is a binary file of ${sizeBytes} bytes. Use exec to look into it, for example with \`file\` or \`xxd\`.`,
  );

const present = (path: string, offset: number, window: LineWindowResult): ToolResult => {
  const { text, lineCount, seenLines, more, cut } = window;
  if (lineCount === 0 && seenLines === 0) return succeeded(`[${path} is empty]`);
  if (lineCount === 0) return failed(`${path} has only ${seenLines} lines; line ${offset} is beyond its end.`);
  if (cut) {
    return succeeded(
      `${text}\n[line ${offset} is longer than ${MAX_READ_BYTES / 1024} KB and is cut here; use exec for the rest of it. The next line is ${offset + 1}.]`,
    );
  }
  if (!more) return succeeded(text);
  const last = offset + lineCount - 1;
  return succeeded(`${text}\n[lines ${offset} to ${last} are shown, more follow; continue with offset ${last + 1}]`);
};
