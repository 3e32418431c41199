/** Paths into a value as people read them: `client.id`, `agents.list[0].id`. */

/** Names of fields come from whoever sent the value; more of one is not repeated. */
const MAX_NAME_CHARS = 64;

/** The path of `key` in the value at `path`; "" is the value itself. */
export const joinPath = (path: string, key: string | number): string => {
  const name = shortened(String(key));
  if (/^\d+$/.test(name)) return `${path}[${name}]`;
  return path ? `${path}.${name}` : name;
};

const shortened = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS).toWellFormed()}…`;
