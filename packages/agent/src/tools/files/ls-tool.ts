/** `ls`: what is in a directory. */

import { Type } from "typebox";

import type { Tool } from "../../port.ts";
import { defineTool, succeeded } from "../define-tool.ts";
import { withPath, type FileToolOptions } from "./file-access.ts";
import { listing, MAX_LISTED } from "./listing.ts";

const Input = Type.Object(
  { path: Type.Optional(Type.String({ minLength: 1, description: "Directory; default: the workspace" })) },
  { additionalProperties: false },
);

export const createLsTool = ({ paths, files }: FileToolOptions): Tool =>
  defineTool({
    name: "ls",
    description: `List a directory, sorted, at most ${MAX_LISTED} entries. Directories end with /, symbolic links with @.`,
    input: Input,
    title: ({ path }) => (path === undefined || path === "." ? "list files" : `list files in ${path}`),
    execute: ({ path = "." }) =>
      withPath(paths, path, async (realPath) => {
        const { kind, sizeBytes } = await files.stat(realPath);
        if (kind !== "directory") return succeeded(`${path} is a file of ${sizeBytes} bytes.`);
        return succeeded(listing(await files.list(realPath)));
      }),
  });
