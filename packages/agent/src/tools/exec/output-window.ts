/** Keeps the beginning and the end of an output of any length, in bounded memory. */

export interface OutputWindow {
  add(text: string): void;
  /** Everything, or its head and its tail around a line that says how much is left out. */
  text(): string;
  /** The last characters of what has come so far. */
  tail(maxChars: number): string;
}

export interface OutputWindowOptions {
  readonly headChars: number;
  readonly tailChars: number;
}

export const createOutputWindow = ({ headChars, tailChars }: OutputWindowOptions): OutputWindow => {
  let head = "";
  /** Cut back to `tailChars` whenever it has grown to twice that. */
  let recent = "";
  let droppedChars = 0;

  const shorten = (): void => {
    const surplus = recent.length - tailChars;
    if (surplus <= 0) return;
    droppedChars += surplus;
    recent = recent.slice(surplus);
  };

  return {
    add: (text) => {
      const room = headChars - head.length;
      head += text.slice(0, room);
      recent += text.slice(room);
      if (recent.length > 2 * tailChars) shorten();
    },
    text: () => {
      shorten();
      if (droppedChars === 0) return head + recent;
      return `${head}\n[… ${droppedChars.toLocaleString("en-US")} characters left out …]\n${recent}`;
    },
    tail: (maxChars) => (recent.length >= maxChars ? recent : head + recent).slice(-maxChars),
  };
};
