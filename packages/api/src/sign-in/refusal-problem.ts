/** The sign-in library's refusal as problem details: its code and a sentence stay, and nothing else of it goes out. */

import { FAULTS, isFaultCode } from "@skykoi/fault";

interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The field of the form it belongs to. */
  readonly field?: string;
}

/** Our own words where the library's are short of saying what to do. */
const KNOWN: Readonly<Record<string, Omit<Refusal, "code"> & { readonly code?: string }>> = {
  // Names and passwords were checked before; of e-mail addresses the library refuses more, such as letters beyond ASCII.
  VALIDATION_ERROR: { code: "INVALID_REQUEST", message: "Enter a valid e-mail address.", field: "email" },
  INVALID_EMAIL_OR_PASSWORD: { message: "This e-mail address and password do not belong together." },
  USER_ALREADY_EXISTS: alreadyExists(),
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: alreadyExists(),
};

export const refusalProblem = async (answer: Response): Promise<Response> => {
  const { code, message, field } = refusalOf(answer.status, await answer.text());
  const retryAfter = answer.headers.get("x-retry-after");
  return new Response(
    JSON.stringify({
      type: `/docs/errors#${code}`,
      title: isFaultCode(code) ? FAULTS[code].message : message,
      status: answer.status,
      code,
      detail: message,
      // The name the library itself uses, for its own clients.
      message,
      ...(field ? { errors: [{ path: field, message }] } : {}),
    }),
    {
      status: answer.status,
      headers: {
        "content-type": "application/problem+json; charset=utf-8",
        ...(retryAfter ? { "retry-after": retryAfter } : {}),
      },
    },
  );
};

const refusalOf = (status: number, body: string): Refusal => {
  if (status === 429) return { code: "RATE_LIMITED", message: FAULTS.RATE_LIMITED.message };
  if (status >= 500) return { code: "INTERNAL", message: FAULTS.INTERNAL.message };
  const said = jsonOf(body);
  const code = stringAt(said, "code") ?? "INVALID_REQUEST";
  const known = KNOWN[code];
  return known ? { code, ...known } : { code, message: sentence(stringAt(said, "message")) };
};

function alreadyExists(): Omit<Refusal, "code"> {
  return { message: "There is an account with this e-mail address already. Sign in instead.", field: "email" };
}

const sentence = (message: string | undefined): string => {
  if (!message) return FAULTS.INVALID_REQUEST.message;
  return /[.!?]$/.test(message) ? message : `${message}.`;
};

const stringAt = (value: unknown, key: string): string | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
};

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: there is nothing in it for the client.
    return undefined;
  }
};
