/** A message as words: what a list shows of it. */

import type { NoticeMessage, UserMessage } from "@skykoi/protocol/wire";

type Readable = (UserMessage | NoticeMessage)["content"][number];

/** Pictures are named, not shown. */
export const plainText = ({ content }: { readonly content: readonly Readable[] }): string =>
  content.map((block) => (block.type === "text" ? block.text : `[picture, ${block.mimeType}]`)).join("\n");
