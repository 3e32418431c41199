/** Colours code; loaded only when there is code to colour. */

import { common, createLowlight } from "lowlight";

export type HighlightedTree = ReturnType<ReturnType<typeof createLowlight>["highlight"]>;

const lowlight = createLowlight(common);
lowlight.registerAlias({ bash: ["console", "shell-session", "sh-session"], json: ["json5", "jsonc"] });

/** Longer code is shown plainly: colours are not worth a page that stands still. */
const maxChars = 40_000;

/** Undefined for a language nobody here knows. */
export const highlight = (code: string, language: string): HighlightedTree | undefined =>
  code.length <= maxChars && lowlight.registered(language) ? lowlight.highlight(language, code) : undefined;
