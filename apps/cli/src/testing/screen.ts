/** A terminal for tests: what a person would see on it, and keys they press. */

import type { Terminal } from "@earendil-works/pi-tui";
import headless from "@xterm/headless";

export interface TestScreen {
  readonly terminal: Terminal;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  /** All lines, the ones that scrolled away too. */
  text(): Promise<string>;
  /** Resolves to the screen once it holds this; fails with what is there instead. */
  shows(expected: string | RegExp, limitMs?: number): Promise<string>;
  readonly stopped: () => boolean;
}

const POLL_MS = 20;

export const createTestScreen = (columns = 80, rows = 24): TestScreen => {
  const xterm = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  let onInput: ((data: string) => void) | undefined;
  let onResize: (() => void) | undefined;
  let stopped = false;

  const settled = (): Promise<void> => new Promise((resolve) => xterm.write("", () => resolve()));
  const text = async (): Promise<string> => {
    await settled();
    const { active } = xterm.buffer;
    return Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true).trimEnd() ?? "")
      .join("\n")
      .trimEnd();
  };

  return {
    terminal: {
      start: (input, resized) => {
        onInput = input;
        onResize = resized;
      },
      stop: () => {
        stopped = true;
      },
      drainInput: async () => undefined,
      write: (data) => xterm.write(data),
      get columns() {
        return xterm.cols;
      },
      get rows() {
        return xterm.rows;
      },
      kittyProtocolActive: false,
      moveBy: (lines) => xterm.write(lines < 0 ? `\u001B[${-lines}A` : `\u001B[${lines}B`),
      hideCursor: () => undefined,
      showCursor: () => undefined,
      clearLine: () => xterm.write("\u001B[2K"),
      clearFromCursor: () => xterm.write("\u001B[J"),
      clearScreen: () => xterm.write("\u001B[2J\u001B[H"),
      setTitle: () => undefined,
      setProgress: () => undefined,
      setProgramStatus: () => undefined,
    },
    press: (keys) => onInput?.(keys),
    resize: (nextColumns, nextRows) => {
      xterm.resize(nextColumns, nextRows);
      onResize?.();
    },
    text,
    shows: async (expected, limitMs = 8_000) => {
      const endMs = Date.now() + limitMs;
      for (;;) {
        const seen = await text();
        if (typeof expected === "string" ? seen.includes(expected) : expected.test(seen)) return seen;
        if (Date.now() > endMs) throw new Error(`the screen does not show ${String(expected)} but:\n${seen}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    stopped: () => stopped,
  };
};
