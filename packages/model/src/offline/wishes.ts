/** Reads plain words as wishes for tools; pure, deterministic, and never at a loss: what it cannot read is `unknown`. */

import { phrase, splitSteps, unquote, type Phrase } from "./phrases.ts";

export type Wish =
  | { readonly kind: "exec"; readonly command: string }
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "read"; readonly path: string }
  | { readonly kind: "ls"; readonly path: string | undefined }
  | { readonly kind: "edit"; readonly path: string; readonly oldText: string; readonly newText: string }
  | { readonly kind: "help" }
  | { readonly kind: "unknown" };

/** Above these nobody speaks in plain phrases any more, and the patterns below would get slow. */
const MAX_MESSAGE_CHARS = 20_000;
const MAX_STEP_CHARS = 2_000;

/** The wishes of one message in order; one `unknown` or `help` when it holds nothing to do. */
export const parseWishes = (message: string): readonly Wish[] => {
  if (message.length > MAX_MESSAGE_CHARS) return [{ kind: "unknown" }];
  let lastPath: string | undefined;
  return splitSteps(message).map((step) => {
    const wish = parseStep(phrase(step), lastPath);
    if ("path" in wish && wish.path !== undefined && wish.kind !== "ls") lastPath = wish.path;
    return wish;
  });
};

const parseStep = (step: Phrase, lastPath: string | undefined): Wish =>
  parseWriteWith(step, lastPath) ??
  (step.text.length > MAX_STEP_CHARS ? undefined : parseShort(step, lastPath)) ?? { kind: "unknown" };

const parseShort = (step: Phrase, lastPath: string | undefined): Wish | undefined =>
  parseEdit(step, lastPath) ??
  parseWrite(step, lastPath) ??
  parseRead(step, lastPath) ??
  parseLs(step) ??
  parseExec(step) ??
  (HELP.test(step.text) ? { kind: "help" } : undefined);

const HELP =
  /^(?:$|help\b|hello\b|hi\b|hey\b|good (?:morning|day|evening)\b|who are you|what are you|what (?:can|do) you\b|how do you work|introduce yourself)/i;

const PATH = String.raw`("[^"\n]+"|'[^'\n]+'|${"`[^`\\n]+`"}|[^\s"'${"`"},;:]+)`;
const FILE = String.raw`(?:(?:a|an|the|my|new|text|file|document|called|named)\s+)*${PATH}`;

/** "create notes.md with …", "write a file called notes.md containing …". */
const WRITE_WITH = new RegExp(
  String.raw`^(?:create|write|make|save)\s+${FILE}\s+(?:with(?:\s+the\s+(?:content|contents|text)|\s+(?:content|contents|text)(?=\s*:|\s+["']))?|containing|that\s+(?:says|contains)|saying)\s*:?\s+([\s\S]+)$`,
  "i",
);
/** "write … to notes.md". */
const WRITE_TO = new RegExp(String.raw`^(?:write|save|put)\s+([\s\S]+?)\s+(?:in|into|to)\s+${FILE}$`, "i");
/** "create an empty file notes.md". */
const WRITE_EMPTY = new RegExp(String.raw`^(?:create|make)\s+(?:an?\s+)?empty\s+file\s+${FILE}$`, "i");

const parseWriteWith = ({ text }: Phrase, lastPath: string | undefined): Wish | undefined => {
  const [, path, content] = WRITE_WITH.exec(text) ?? [];
  return write(path, content, lastPath);
};

const parseWrite = ({ text }: Phrase, lastPath: string | undefined): Wish | undefined => {
  const toFile = WRITE_TO.exec(text);
  if (toFile) return write(toFile[2], toFile[1], lastPath);
  const empty = WRITE_EMPTY.exec(text);
  return empty ? write(empty[1], "", lastPath) : undefined;
};

const write = (path: string | undefined, content = "", lastPath?: string): Wish | undefined => {
  const file = toPath(path, lastPath);
  return file === undefined ? undefined : { kind: "write", path: file, content: unquote(content.trim()) };
};

const EDIT = new RegExp(
  String.raw`^(?:replace|change)\s+([\s\S]+?)\s+(?:with|to|by)\s+([\s\S]+?)\s+in\s+${FILE}$`,
  "i",
);

const parseEdit = ({ text }: Phrase, lastPath: string | undefined): Wish | undefined => {
  const [, oldText = "", newText = "", path] = EDIT.exec(text) ?? [];
  const file = toPath(path, lastPath);
  if (file === undefined || unquote(oldText) === "") return undefined;
  return { kind: "edit", path: file, oldText: unquote(oldText), newText: unquote(newText) };
};

const LIST = new RegExp(
  String.raw`^(?:ls|(?:list|show)(?:\s+me)?(?:\s+all)?(?:\s+(?:the|my))?\s+(?:files|directory|folder|contents|workspace)|what\s+files(?:\s+(?:are|do)\s+(?:there|you\s+have|i\s+have))?|list)(?:\s+(?:in|of|inside|under))?(?:\s+(?:the|this|my|folder|directory|workspace|here))*(?:\s+${PATH})?(?:\s+(?:folder|directory))?\?*$`,
  "i",
);

const parseLs = ({ text }: Phrase): Wish | undefined => {
  const match = LIST.exec(text);
  if (!match) return undefined;
  const path = match[1] === undefined ? undefined : unquote(match[1]);
  return path?.startsWith("-") ? undefined : { kind: "ls", path }; // With options it is a command.
};

const READ = new RegExp(
  String.raw`^(cat|read|show|open|print|display|view)(?:\s+me)?(?:\s+(?:what(?:'s|\s+is)\s+in|the\s+contents?\s+of|contents?\s+of))?\s+${FILE}$`,
  "i",
);

const parseRead = ({ text }: Phrase, lastPath: string | undefined): Wish | undefined => {
  const [, verb = "", path = ""] = READ.exec(text) ?? [];
  const file = toPath(path, lastPath);
  if (file === undefined) return undefined;
  const certain = verb.toLowerCase() === "cat" || file === lastPath || LOOKS_LIKE_A_PATH.test(path);
  return certain ? { kind: "read", path: file } : undefined;
};

/** Something with a dot, a slash or a quote, or a capitalized name such as README; "show mercy" is no file. */
const LOOKS_LIKE_A_PATH = /[./~_"'`]|^[A-Z]/;

const EXEC = /^(?:run|execute|exec)\s+(?:(?:the\s+|this\s+)?(?:shell\s+)?command\s*:?\s+)?([\s\S]+)$/i;
const IN_BACKTICKS = /`+([^`]+)`+/;
/** "run the tests" needs somebody who knows which; a command does not begin so. */
const NOT_A_COMMAND = /^(?:the|a|an|my|some|all|it|this|that|these)\b/i;

const parseExec = ({ text, asked }: Phrase): Wish | undefined => {
  const said = EXEC.exec(text)?.[1] ?? (/^(?:ls|cat)\s/.test(text) ? text : undefined);
  if (said === undefined) return undefined;
  const quoted = IN_BACKTICKS.exec(said)?.[1];
  const command = (quoted ?? (asked ? said.replace(/\s*\?+$/, "") : said)).trim();
  if (command === "" || (quoted === undefined && NOT_A_COMMAND.test(command))) return undefined;
  return { kind: "exec", command };
};

/** "it" and "the file" mean the last path named. */
const toPath = (said: string | undefined, lastPath: string | undefined): string | undefined => {
  if (said === undefined || said === "") return undefined;
  if (/^(?:it|file|this|that)$/i.test(said)) return lastPath;
  const path = unquote(said).replace(/[.!?]+$/, "");
  return path === "" ? undefined : path;
};
