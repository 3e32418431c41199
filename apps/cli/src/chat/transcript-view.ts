/** The conversation on the screen: one component an item, kept while the item stays as it is. */

import { Container, Markdown, Spacer, Text, type Component, type MarkdownTheme } from "@earendil-works/pi-tui";
import type { ChatItem } from "@skykoi/client";

import { noticeLines, plain, toolLines, userLines } from "./item-lines.ts";
import type { Palette } from "./palette.ts";

export interface TranscriptView {
  readonly component: Component;
  show(items: readonly ChatItem[]): void;
  /** Shows tool outputs whole, or folded again. */
  toggleUnfolded(): void;
}

interface Shown {
  readonly signature: string;
  readonly component: Component;
}

export const createTranscriptView = (palette: Palette): TranscriptView => {
  const container = new Container();
  const theme = markdownTheme(palette);
  let shown = new Map<string, Shown>();
  let unfolded = false;
  let items: readonly ChatItem[] = [];

  const draw = (): void => {
    const next = new Map<string, Shown>();
    container.clear();
    for (const item of items) {
      const signature = JSON.stringify(item);
      const known = shown.get(item.key);
      const component =
        known?.signature === signature ? known.component : componentOf(item, { palette, theme, unfolded });
      next.set(item.key, { signature, component });
      container.addChild(component);
      container.addChild(new Spacer(1));
    }
    shown = next;
  };

  return {
    component: container,
    show: (next) => {
      items = next;
      draw();
    },
    toggleUnfolded: () => {
      unfolded = !unfolded;
      shown = new Map();
      draw();
    },
  };
};

interface Look {
  readonly palette: Palette;
  readonly theme: MarkdownTheme;
  readonly unfolded: boolean;
}

const componentOf = (item: ChatItem, { palette, theme, unfolded }: Look): Component => {
  switch (item.kind) {
    case "user":
      return new Text(userLines(item, palette), 0, 0);
    case "text":
      return new Markdown(plain(item.text), 0, 0, theme);
    case "thinking":
      return new Text(palette.dim(palette.italic(plain(item.text))), 2, 0);
    case "tool":
      return new Text(toolLines(item, { unfolded, palette }), 0, 0);
    case "notice":
      return new Text(noticeLines(item, palette), 0, 0);
    default:
      return item satisfies never;
  }
};

const markdownTheme = (palette: Palette): MarkdownTheme => ({
  heading: (text) => palette.bold(palette.accent(text)),
  link: palette.underline,
  linkUrl: palette.dim,
  code: palette.warning,
  codeBlock: (text) => text,
  codeBlockBorder: palette.dim,
  quote: palette.italic,
  quoteBorder: palette.dim,
  hr: palette.dim,
  listBullet: palette.accent,
  bold: palette.bold,
  italic: palette.italic,
  strikethrough: palette.strike,
  underline: palette.underline,
});
