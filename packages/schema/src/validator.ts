/** Compiles a TypeBox schema once and says, by path, what is wrong with a value and what was expected. */

import { fault, type FaultCode } from "@skykoi/fault";
import type { Static, TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Build, Check as interpret, Errors } from "typebox/schema";

import { nearest } from "./nearest.ts";
import { joinPath } from "./path.ts";

export interface Problem {
  /** JSON pointer-like path with dots, "" for the value itself: `client.id`, `messages[2].text`. */
  readonly path: string;
  /** What is wrong and what was expected, without the path: `must be string`. */
  readonly message: string;
}

export type Check<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: Problem[] };

export type Validator<T> = (value: unknown) => Check<T>;

const MAX_PROBLEMS = 8;

/**
 * So many values are checked by walking the schema; the next one compiles it. A configuration, which is read once, never
 * pays for a compilation (35 ms), and a frame, which comes a thousand times, soon runs compiled code.
 */
const INTERPRETED_CHECKS = 3;

export const compileValidator = <S extends TSchema>(schema: S): Validator<Static<S>> => {
  let checks = 0;
  let compiled: ((value: unknown) => boolean) | undefined;

  const isValid = (value: unknown): value is Static<S> => {
    checks += 1;
    if (checks <= INTERPRETED_CHECKS) return interpret(schema, value);
    compiled ??= compile(schema);
    return compiled(value);
  };

  return (value) => {
    if (isValid(value)) return { ok: true, value };
    const [, errors] = Errors(schema, value);
    return { ok: false, problems: unique(errors.flatMap((error) => describe(schema, error))).slice(0, MAX_PROBLEMS) };
  };
};

const compile = (schema: TSchema): ((value: unknown) => boolean) => {
  const result = Build(schema).Evaluate();
  return (value) => result.Check(value);
};

/** The value, or a fault that names the first problem and carries all of them as `details`. */
export const parseOrThrow = <T>(
  validator: Validator<T>,
  value: unknown,
  subject: string,
  code: FaultCode = "INVALID_REQUEST",
): T => {
  const check = validator(value);
  if (check.ok) return check.value;
  const first = check.problems[0] ?? { path: "", message: "is not valid" };
  throw fault(code, {
    message: `${subject}${first.path ? ` ${first.path}` : ""} ${first.message}`,
    details: check.problems,
  });
};

const describe = (schema: TSchema, error: TLocalizedValidationError): Problem[] => {
  const path = toPath(error.instancePath);
  switch (error.keyword) {
    case "additionalProperties": {
      const known = knownKeys(schema, error.instancePath);
      // Bounded here: a stranger may send a million names, and looking for what each was meant to be takes time.
      return error.params.additionalProperties.slice(0, MAX_PROBLEMS).map((key) => {
        const meant = nearest(key, known);
        return {
          path: joinPath(path, key),
          message: `is not a known field${meant ? `; did you mean "${meant}"?` : ""}`,
        };
      });
    }
    case "boolean":
      // Says again, as "schema is false", what additionalProperties says with the field's name.
      return [];
    case "required":
      return error.params.requiredProperties.map((key) => ({ path: joinPath(path, key), message: "is required" }));
    case "enum":
      return [
        { path, message: `must be one of ${error.params.allowedValues.map((v) => JSON.stringify(v)).join(", ")}` },
      ];
    case "const":
      return [{ path, message: `must be ${JSON.stringify(error.params.allowedValue)}` }];
    case "anyOf":
      return [{ path, message: `must be ${alternatives(schemaAt(schema, error.instancePath))}` }];
    default:
      return [{ path, message: error.message }];
  }
};

/** `/client/0/id` to `client[0].id`. */
const toPath = (pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce(joinPath, "");

interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Record<string, SchemaNode>;
  readonly patternProperties?: Record<string, SchemaNode>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: SchemaNode[];
}

/** The part of the schema that speaks about the value at `pointer`, as far as it is unambiguous. */
const schemaAt = (schema: TSchema, pointer: string): SchemaNode | undefined => {
  let node: SchemaNode | undefined = schema;
  for (const part of pointer.split("/").slice(1)) {
    node = node?.properties?.[part] ?? node?.items ?? anyValue(node);
  }
  return node;
};

const anyValue = (node: SchemaNode | undefined): SchemaNode | undefined => {
  const pattern = Object.values(node?.patternProperties ?? {})[0];
  return pattern ?? (typeof node?.additionalProperties === "object" ? node.additionalProperties : undefined);
};

const knownKeys = (schema: TSchema, pointer: string): string[] =>
  Object.keys(schemaAt(schema, pointer)?.properties ?? {});

const alternatives = (node: SchemaNode | undefined): string => {
  const options = node?.anyOf ?? [];
  const words = options.map((option) =>
    "const" in option ? JSON.stringify(option.const) : (option.type ?? "a value"),
  );
  return words.length > 0 ? `one of ${[...new Set(words)].join(", ")}` : "one of the allowed forms";
};

const unique = (problems: Problem[]): Problem[] => {
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = `${path}\0${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};
