/** Paths into a configuration as people read them: `agents.list[0].id`. */

export const joinPath = (path: string, key: string | number): string => {
  if (typeof key === "number" || /^\d+$/.test(key)) return `${path}[${key}]`;
  return path ? `${path}.${key}` : key;
};

/** The path one level up, or undefined at the top. */
export const parentPath = (path: string): string | undefined => {
  const cut = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  if (cut > 0) return path.slice(0, cut);
  return path === "" ? undefined : "";
};
