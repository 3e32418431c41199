/** The colours of the terminal chat, or none where they are not wanted. */

import { styleText } from "node:util";

type Paint = (text: string) => string;

export interface Palette {
  readonly accent: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly italic: Paint;
  readonly underline: Paint;
  readonly strike: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
}

/** `NO_COLOR` (any value) and a dumb terminal mean none, see https://no-color.org. */
export const wantsColor = (env: Readonly<Record<string, string | undefined>>): boolean =>
  !env["NO_COLOR"] && env["TERM"] !== "dumb";

export const createPalette = (colored: boolean): Palette => {
  const paint =
    (...format: Parameters<typeof styleText>[0][]): Paint =>
    (text) =>
      colored
        ? format.reduce<string>((painted, one) => styleText(one, painted, { validateStream: false }), text)
        : text;
  return {
    accent: paint("redBright"),
    bold: paint("bold"),
    dim: paint("dim"),
    italic: paint("italic"),
    underline: paint("underline"),
    strike: paint("strikethrough"),
    good: paint("green"),
    bad: paint("red"),
    warning: paint("yellow"),
  };
};
