/** Names of keys and the bytes a terminal sends for them. */

const NAMED: Readonly<Record<string, string>> = {
  enter: "\r",
  tab: "\t",
  escape: "\u001b",
  space: " ",
  backspace: "\u007f",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  insert: "\u001b[2~",
  delete: "\u001b[3~",
  "page-up": "\u001b[5~",
  "page-down": "\u001b[6~",
  f1: "\u001bOP",
  f2: "\u001bOQ",
  f3: "\u001bOR",
  f4: "\u001bOS",
  f5: "\u001b[15~",
  f6: "\u001b[17~",
  f7: "\u001b[18~",
  f8: "\u001b[19~",
  f9: "\u001b[20~",
  f10: "\u001b[21~",
  f11: "\u001b[23~",
  f12: "\u001b[24~",
};

/** undefined for a name that is no key. `ctrl-c`, `alt-x`, the names above, and any single character. */
export const keyBytes = (key: string): string | undefined => {
  const name = key.toLowerCase();
  const named = NAMED[name];
  if (named !== undefined) return named;
  const [, control] = /^ctrl-([a-z[\\\]^_])$/.exec(name) ?? [];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
  const [, alternate] = /^alt-(.)$/su.exec(key.replace(/^alt/i, "alt")) ?? [];
  if (alternate !== undefined) return `\u001b${alternate}`;
  return /^.$/su.test(key) ? key : undefined;
};

export const KEY_NAMES = [...Object.keys(NAMED), "ctrl-<letter>", "alt-<character>"].join(", ");
