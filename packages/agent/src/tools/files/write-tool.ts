/** `write`: a whole file, created or replaced at once. */

import { hasErrno } from "@skykoi/fault";
import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { defineTool, failed, succeeded } from "../define-tool.ts";
import { withPath, type FileToolOptions } from "./file-access.ts";
import type { FileOperations } from "./file-operations.ts";

const NEW_FILE_MODE = 0o644;

const Input = Type.Object(
  {
    path: Type.String({ minLength: 1, description: "File to write, relative to the workspace or absolute" }),
    content: Type.String({ description: "The whole new content" }),
  },
  { additionalProperties: false },
);

export const createWriteTool = ({ paths, files }: FileToolOptions): Tool =>
  defineTool({
    name: "write",
    description: "Write a file: creates it and its directories, or replaces all of its content.",
    input: Input,
    title: ({ path }) => `write ${path}`,
    execute: ({ path, content }) =>
      withPath(paths, path, async (realPath) => {
        const existing = await statIfThere(files, realPath);
        if (existing && existing.kind !== "file") return failed(`${path} exists and is not a regular file.`);
        await files.replace(realPath, content, existing?.mode ?? NEW_FILE_MODE);
        const size = `${countLines(content)} lines, ${Buffer.byteLength(content)} bytes`;
        return succeeded(`${existing ? "Replaced" : "Created"} ${path} (${size}).`);
      }),
  });

const statIfThere = async (files: FileOperations, path: string) => {
  try {
    return await files.stat(path);
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
};

const countLines = (content: string): number =>
  content.split("\n").length - (content.endsWith("\n") || content === "" ? 1 : 0);
