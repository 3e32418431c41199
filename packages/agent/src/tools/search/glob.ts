/** File name patterns as regular expressions: `*`, `**`, `?`, `[a-z]`, `{a,b}`. */

/** A pattern without a slash is about the name alone, in any directory; others about the path from the start of the search. */
export const globMatcher = (pattern: string): ((path: string) => boolean) => {
  const anchored = pattern.replace(/\/$/, "").includes("/");
  const regExp = new RegExp(`^${anchored ? "" : "(?:.*/)?"}${translate(pattern.replace(/^\//, ""))}$`, "su");
  return (path) => regExp.test(path);
};

const TOKENS = /\*\*\/|\/\*\*$|\*\*|\*|\?|\[!?[^\]/]+\]|[{},]|\\?[^]/gu;

const translate = (pattern: string): string => {
  let depth = 0;
  return (pattern.match(TOKENS) ?? [])
    .map((token) => {
      switch (token) {
        case "**/":
          return "(?:.*/)?";
        case "/**":
          return "/.*";
        case "**":
          return ".*";
        case "*":
          return "[^/]*";
        case "?":
          return "[^/]";
        case "{":
          depth++;
          return "(?:";
        case "}":
          if (depth === 0) return String.raw`\}`;
          depth--;
          return ")";
        case ",":
          return depth > 0 ? "|" : ",";
        default:
          return token.length > 2 && token.startsWith("[")
            ? characterClass(token)
            : RegExp.escape(token.slice(-1 * Math.max(1, token.length - (token.startsWith("\\") ? 1 : 0))));
      }
    })
    .join("")
    .concat(")".repeat(depth));
};

const characterClass = (token: string): string =>
  `[${token
    .slice(1, -1)
    .replace(/^!/, "^")
    .replaceAll(/[\\[\]&|~]/g, String.raw`\$&`)}]`;
