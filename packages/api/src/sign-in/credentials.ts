/** What a name, an e-mail address and a password must look like, said so that a form can show it at the field. */

import { fault } from "@skykoi/fault";

export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 128;
const NAME_MAX_LENGTH = 80;
/** RFC 5321: the longest address that can be delivered to. */
const EMAIL_MAX_LENGTH = 254;

const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@.]+(\.[^\s@.]+)+$/;
const CONTROL = /\p{Cc}/u;

export interface SignUp {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Trimmed and checked. Throws INVALID_REQUEST with every wrong field. */
export const parseSignUp = (body: unknown): SignUp => {
  const name = field(body, "name").trim();
  const email = field(body, "email").trim();
  const password = field(body, "password");
  refuse([
    ...when(name === "", "name", "Enter your name."),
    ...when(name.length > NAME_MAX_LENGTH, "name", `A name has at most ${NAME_MAX_LENGTH} characters.`),
    ...when(CONTROL.test(name), "name", "A name holds no control characters."),
    ...emailProblems(email),
    ...when(
      password.length < PASSWORD_MIN_LENGTH,
      "password",
      `A password has at least ${PASSWORD_MIN_LENGTH} characters.`,
    ),
    ...when(
      password.length > PASSWORD_MAX_LENGTH,
      "password",
      `A password has at most ${PASSWORD_MAX_LENGTH} characters.`,
    ),
  ]);
  return { name, email, password };
};

/** Says nothing about a password's rules: at sign-in it is right or wrong. */
export const parseSignIn = (body: unknown): Omit<SignUp, "name"> => {
  const email = field(body, "email").trim();
  const password = field(body, "password");
  refuse([
    ...emailProblems(email),
    ...when(password === "", "password", "Enter your password."),
    ...when(password.length > PASSWORD_MAX_LENGTH, "password", "This password is too long."),
  ]);
  return { email, password };
};

interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

const emailProblems = (email: string): FieldProblem[] =>
  email.length > EMAIL_MAX_LENGTH || CONTROL.test(email) || !EMAIL.test(email)
    ? [{ path: "email", message: "Enter a valid e-mail address." }]
    : [];

const when = (wrong: boolean, path: string, message: string): FieldProblem[] => (wrong ? [{ path, message }] : []);

const refuse = (problems: readonly FieldProblem[]): void => {
  const [first] = problems;
  if (first) throw fault("INVALID_REQUEST", { message: first.message, details: problems });
};

const field = (body: unknown, key: string): string => {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, key)) return "";
  const value: unknown = Reflect.get(body, key);
  return typeof value === "string" ? value : "";
};
