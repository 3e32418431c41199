/** A directory as lines of text: sorted, directories marked, bounded. */

import type { FileKind } from "./file-operations.ts";

export const MAX_LISTED = 500;

const MARKS: Record<FileKind, string> = { file: "", directory: "/", link: "@", other: "" };

export const listing = (children: readonly { readonly name: string; readonly kind: FileKind }[]): string => {
  if (children.length === 0) return "[empty directory]";
  const names = children.map(({ name, kind }) => `${name}${MARKS[kind]}`).toSorted(byCodePoint);
  const shown = names.slice(0, MAX_LISTED).join("\n");
  return names.length > MAX_LISTED ? `${shown}\n[${MAX_LISTED} of ${names.length} entries are shown]` : shown;
};

const byCodePoint = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
