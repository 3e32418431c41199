/** Cuts a note into the parts that are searched: at headings, and where a section is long, at lines with some overlap. */

export interface Chunk {
  /** The titles above it, outermost first: "Garden > Tomatoes". */
  readonly heading: string;
  readonly text: string;
  /** From 1, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** About 400 tokens: one thought of a note, and small enough that six of them are a short answer. */
const MAX_CHARS = 1_600;
/** What the next part repeats, so that a thought cut in two is whole in one of them. */
const OVERLAP_CHARS = 240;

interface Line {
  readonly number: number;
  readonly text: string;
}

export const chunksOf = (note: string): Chunk[] => {
  const chunks: Chunk[] = [];
  const titles: { readonly depth: number; readonly title: string }[] = [];
  let open: Line[] = [];
  let openChars = 0;
  let fence = false;

  const close = (overlap: boolean): void => {
    const written = open.filter(({ text }) => text.trim() !== "");
    const first = written[0];
    const last = written.at(-1);
    if (first && last) {
      const heading = titles.map(({ title }) => title).join(" > ");
      const text = open.slice(open.indexOf(first), open.indexOf(last) + 1).map((line) => line.text);
      chunks.push({ heading, text: text.join("\n"), firstLine: first.number, lastLine: last.number });
    }
    open = overlap ? endOf(open) : [];
    openChars = lengthOf(open);
  };

  for (const [index, whole] of note.split(/\r?\n/).entries()) {
    if (/^\s*(```|~~~)/.test(whole)) fence = !fence;
    const [, marks, title] = (fence ? null : /^(#{1,6})\s+(.+?)\s*#*$/.exec(whole)) ?? [];
    if (marks !== undefined && title !== undefined) {
      close(false);
      while ((titles.at(-1)?.depth ?? 0) >= marks.length) titles.pop();
      titles.push({ depth: marks.length, title });
    }
    for (const text of piecesOf(whole)) {
      if (open.length > 0 && openChars + text.length > MAX_CHARS) close(true);
      open.push({ number: index + 1, text });
      openChars += text.length + 1;
    }
  }
  close(false);
  return chunks;
};

/** A line of any length, in pieces that fit. */
const piecesOf = (line: string): string[] =>
  line.length <= MAX_CHARS ? [line] : (line.match(new RegExp(`[^]{1,${MAX_CHARS - OVERLAP_CHARS}}`, "gu")) ?? []);

const endOf = (lines: readonly Line[]): Line[] => {
  const end: Line[] = [];
  for (const line of lines.toReversed()) {
    if (lengthOf(end) + line.text.length > OVERLAP_CHARS) break;
    end.unshift(line);
  }
  return end;
};

const lengthOf = (lines: readonly Line[]): number => lines.reduce((sum, { text }) => sum + text.length + 1, 0);
