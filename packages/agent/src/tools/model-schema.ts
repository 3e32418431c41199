/**
 * The schema of a tool as a model is shown it: without the bounds that only the check needs. Every call is still held
 * against the whole schema, and a call that breaks it is answered with what was expected; each word here is paid for
 * in every request.
 */

const ONLY_CHECKED: ReadonlySet<string> = new Set([
  "additionalProperties",
  "maxItems",
  "maxLength",
  "maxProperties",
  "minItems",
  "minLength",
  "pattern",
]);

export const modelSchema = (schema: object): object => Object.fromEntries(shownEntries(schema));

const shownEntries = (schema: object): [string, unknown][] =>
  Object.entries(schema).flatMap(([key, value]: [string, unknown]): [string, unknown][] => {
    // Under `properties` the keys are names of fields.
    if (key === "properties" && isObject(value)) {
      return [[key, Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shown(field)]))]];
    }
    return ONLY_CHECKED.has(key) ? [] : [[key, shown(value)]];
  });

const shown = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shown);
  return isObject(value) ? modelSchema(value) : value;
};

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
