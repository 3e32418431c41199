/** One item of a chat as text for a terminal. What comes from a model or a tool cannot move the cursor or hide. */

import { replaceControlCharacters, stripTerminalSequences } from "@earendil-works/pi-tui";
import type { ChatItem } from "@skykoi/client";

import type { Palette } from "./palette.ts";

/** Lines of a tool's output that are shown until the person wants all of them. */
const FOLDED_LINES = 4;
const UNFOLDED_LINES = 200;

export type ToolItem = Extract<ChatItem, { kind: "tool" }>;
export type UserItem = Extract<ChatItem, { kind: "user" }>;
export type NoticeItem = Extract<ChatItem, { kind: "notice" }>;

/** Without escape sequences and control characters; line ends and tabs stay. */
export const plain = (text: string): string =>
  stripTerminalSequences(text)
    .split("\n")
    .map((line) => replaceControlCharacters(line.replaceAll("\t", "    ").replaceAll("\r", "")))
    .join("\n");

export const userLines = ({ text, state, error }: UserItem, palette: Palette): string => {
  const said = plain(text)
    .split("\n")
    .map((line, index) => `${palette.accent(index === 0 ? "›" : " ")} ${palette.bold(line)}`)
    .join("\n");
  switch (state) {
    case "failed":
      return `${said}\n  ${palette.bad(`not sent: ${plain(error ?? "")} (/retry sends it again)`)}`;
    case "queued":
    case "sending":
      return `${said} ${palette.dim(`(${state})`)}`;
    default:
      return said;
  }
};

export const toolLines = (item: ToolItem, { unfolded, palette }: { unfolded: boolean; palette: Palette }): string => {
  const { mark, paint } = toolMark(item.state, palette);
  const duration = item.durationMs === undefined ? "" : palette.dim(` ${seconds(item.durationMs)}`);
  const head = `${paint(mark)} ${plain(item.title || item.name)}${duration}`;
  const output = plain(item.output).trimEnd();
  if (output === "") return head;
  const lines = output.split("\n");
  const shown = lines.slice(-(unfolded ? UNFOLDED_LINES : FOLDED_LINES));
  const hidden = lines.length - shown.length;
  const more = hidden > 0 ? [palette.dim(`  … ${hidden} more lines${unfolded ? "" : " (ctrl+o)"}`)] : [];
  return [head, ...more, ...shown.map((line) => palette.dim(`  ${line}`))].join("\n");
};

export const noticeLines = ({ notice, text }: NoticeItem, palette: Palette): string => {
  const paint = notice === "error" ? palette.bad : palette.warning;
  return paint(plain(text));
};

const toolMark = (state: ToolItem["state"], palette: Palette) => {
  switch (state) {
    case "running":
      return { mark: "○", paint: palette.accent };
    case "done":
      return { mark: "●", paint: palette.good };
    case "failed":
      return { mark: "✗", paint: palette.bad };
    default:
      return { mark: "■", paint: palette.warning };
  }
};

const seconds = (durationMs: number): string =>
  durationMs < 1000 ? `${durationMs} ms` : `${(durationMs / 1000).toFixed(1)} s`;
