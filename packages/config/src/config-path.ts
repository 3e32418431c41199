/** Paths of keys as people write them: `agents.list[0].name`, `models.prices["lab/tiny"]`. */

import { fault } from "@skykoi/fault";

const PART = /\.?([^.[\]"']+)|\.?\[(\d+)\]|\.?\[("(?:\\.|[^"\\])*")\]/y;

/** The names of a path from the outside in. Throws INVALID_REQUEST. */
export const parseConfigPath = (path: string): string[] => {
  const parts: string[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < path.length) {
    const at = PART.lastIndex;
    const match = PART.exec(path);
    if (!match || (at === 0 && path.startsWith("."))) throw notAPath(path);
    const [, name, index, quoted] = match;
    parts.push(name ?? index ?? unquote(quoted ?? '""'));
  }
  if (parts.length === 0) throw notAPath(path);
  return parts;
};

const unquote = (text: string): string => {
  const value: unknown = JSON.parse(text);
  return String(value);
};

const notAPath = (path: string) =>
  fault("INVALID_REQUEST", {
    message: `"${path.slice(0, 80)}" is not the path of a key; one looks like agents.defaults.model.primary or models.prices["lab/tiny"].`,
  });
