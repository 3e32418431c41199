/** The list of sessions to choose from. */

import { SelectList, type SelectListTheme } from "@earendil-works/pi-tui";
import type { MethodResult } from "@skykoi/protocol";

import { plain } from "./item-lines.ts";
import type { Palette } from "./palette.ts";

export type SessionRow = MethodResult<"sessions.list">["sessions"][number];

const VISIBLE_ROWS = 10;

export const selectTheme = (palette: Palette): SelectListTheme => ({
  selectedPrefix: palette.accent,
  selectedText: palette.bold,
  description: palette.dim,
  scrollInfo: palette.dim,
  noMatch: palette.dim,
});

/** Calls back once: with the key that was chosen, or undefined. */
export const createSessionPicker = (
  rows: readonly SessionRow[],
  palette: Palette,
  chosen: (sessionKey: string | undefined) => void,
): SelectList => {
  const items = rows.map(({ key, label, status, updatedAt, totalTokens }) => ({
    value: key,
    label: plain(label === "" ? key : label),
    description: `${status} · ${new Date(updatedAt).toLocaleString()} · ${totalTokens.toLocaleString()} tokens`,
  }));
  const list = new SelectList(items, VISIBLE_ROWS, selectTheme(palette));
  list.onSelect = ({ value }) => chosen(value);
  list.onCancel = () => chosen(undefined);
  return list;
};
