/** Tells what a page keeps from the eyes of a person: the usual place for instructions meant only for a machine. */

export interface HiddenRules {
  readonly classes: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

type Attributes = Readonly<Record<string, string>>;

/** Simple rules of a style sheet that hide: `.class { display: none }`, `#id { … }`. Rules within @media are conditional. */
export const createHiddenRules = (
  css = "",
  before: HiddenRules = { classes: new Set(), ids: new Set() },
): HiddenRules => {
  const classes = new Set(before.classes);
  const ids = new Set(before.ids);
  for (const [, selectors = "", declarations = ""] of topLevel(css).matchAll(/([^{}]{1,500})\{([^{}]{0,2000})\}/g)) {
    if (!isUnseen(parseDeclarations(declarations))) continue;
    for (const selector of selectors.split(",")) {
      const [, mark, name] = /^\s*(?:[a-z0-9]+)?([.#])([\w-]+)\s*$/i.exec(selector) ?? [];
      if (mark !== undefined && name !== undefined) (mark === "." ? classes : ids).add(name);
    }
  }
  return { classes, ids };
};

/** The sheet without comments and without its conditional blocks. */
const topLevel = (css: string): string => {
  const plain = css.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  let out = "";
  let from = 0;
  for (let at = plain.indexOf("@"); at >= 0; at = plain.indexOf("@", from)) {
    out += plain.slice(from, at);
    from = endOfBlock(plain, at);
  }
  return out + plain.slice(from);
};

const endOfBlock = (css: string, start: number): number => {
  let depth = 0;
  for (let index = start; index < css.length; index += 1) {
    const character = css[index];
    if (character === ";" && depth === 0) return index + 1;
    if (character === "{") depth += 1;
    if (character === "}") {
      depth -= 1;
      if (depth <= 0) return index + 1;
    }
  }
  return css.length;
};

export const isHidden = (name: string, attributes: Attributes, rules: HiddenRules): boolean => {
  if ("hidden" in attributes && attributes["hidden"] !== "until-found") return true;
  if (name === "input" && attributes["type"]?.toLowerCase() === "hidden") return true;
  const { style, id } = attributes;
  if (style !== undefined && hides(parseDeclarations(style))) return true;
  if (id !== undefined && rules.ids.has(id)) return true;
  const classes = attributes["class"];
  if (classes !== undefined && rules.classes.size > 0 && classes.split(/\s+/).some((one) => rules.classes.has(one))) {
    return true;
  }
  return name === "font" && isWhite(attributes["color"] ?? "");
};

type Declarations = ReadonlyMap<string, string>;

const says = (declared: Declarations, property: string, pattern: RegExp): boolean =>
  pattern.test(declared.get(property) ?? "");

/** What also a style sheet of an honest page does only to what nobody shall see; the rest may be the start of a movement. */
const isUnseen = (declared: Declarations): boolean =>
  says(declared, "display", /^none/) ||
  says(declared, "visibility", /^(hidden|collapse)/) ||
  says(declared, "content-visibility", /^hidden/) ||
  says(declared, "font-size", /^[01](\.\d+)?(px|pt)?$|^0(\.\d+)?(em|rem|%)$/);

/** Whether an element's own declarations, like `opacity: 0`, keep it from being seen. */
const hides = (declared: Declarations): boolean => {
  const is = (property: string, pattern: RegExp): boolean => says(declared, property, pattern);
  if (isUnseen(declared) || is("opacity", /^(0+(\.0\d*)?|\.0\d*|0%)$/)) return true;
  if (is("transform", /scale[xy]?\(\s*0\s*[,)]/) || is("clip-path", /^(inset\(\s*(50|100)%|circle\(\s*0)/)) return true;
  if (is("clip", /^rect\(\s*[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?\s*\)/)) return true;
  if (is("overflow", /^(hidden|clip)/) && (is("height", TINY) || is("width", TINY) || is("max-height", TINY)))
    return true;
  if (["left", "top", "right", "text-indent", "margin-left", "margin-top"].some((edge) => is(edge, FAR_AWAY)))
    return true;
  return hasNoContrast(declared);
};

const TINY = /^[01](\.\d+)?(px|em|rem|pt)?$/;
const FAR_AWAY = /^-(\d{4,}(\.\d+)?(px|pt)?|\d{3,}(\.\d+)?(em|rem|vw|vh|%))/;

/** Text in the colour of its ground; white without a ground of its own is taken to stand on white paper. */
const hasNoContrast = (declared: Declarations): boolean => {
  const color = normalColor(declared.get("color") ?? "");
  if (color === "") return false;
  if (color === "transparent") return true;
  const ground = declared.get("background-color") ?? declared.get("background");
  if (ground === undefined) return isWhite(color);
  return normalColor(ground) === color;
};

const isWhite = (color: string): boolean => normalColor(color) === "#ffffff";

const NAMED: Readonly<Record<string, string>> = { white: "#ffffff", black: "#000000" };

const normalColor = (value: string): string => {
  const color = value.trim().toLowerCase();
  if (/^#[0-9a-f]{3}$/.test(color)) return color.replaceAll(/[0-9a-f]/g, (digit) => digit + digit);
  const [, red, green, blue, alpha] =
    /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+))?\s*\)$/.exec(color) ?? [];
  if (red === undefined) return NAMED[color] ?? color;
  if (alpha !== undefined && Number(alpha) < 0.05) return "transparent";
  return `#${[red, green, blue].map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
};

const parseDeclarations = (css: string): Map<string, string> =>
  new Map(
    css.split(";").flatMap((declaration) => {
      const colon = declaration.indexOf(":");
      if (colon < 0) return [];
      const value = declaration.slice(colon + 1).replace(/!\s*important/i, "");
      return [[declaration.slice(0, colon).trim().toLowerCase(), value.trim().toLowerCase()] as const];
    }),
  );
