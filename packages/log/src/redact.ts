/** Keeps secrets out of log lines, whatever a caller hands over. */

const SECRET_KEY = /(token|secret|password|authorization|cookie|api[-_]?key|credential)/i;
/** Our own tokens, bearer tokens, and the keys of model and cloud providers, which may come back in their answers. */
const SECRET_VALUE =
  /\b(?:(?:sk_(?:live|test)_|enr_|tkt_|gwt_)[\w-]{6,}|sk-[\w-]{16,}|A(?:KIA|SIA)[0-9A-Z]{16})|(?<=\bBearer )[\w.~+/=-]{8,}/g;

const REDACTED = "[redacted]";

/** What lies deeper is left out: it could not be looked through, and may lead back to itself. */
const MAX_DEPTH = 6;
const TOO_DEEP = "[too deep]";

/** A copy of `value` in which values under secret-like keys, and secret-like strings, are replaced. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === "string") return value.replace(SECRET_VALUE, REDACTED);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) && mayHoldText(item) ? REDACTED : redact(item, depth + 1),
    ]),
  );
};

/** Numbers under such a name count something; what is nested under it (cookies, a pair of keys) is as secret as a text. */
const mayHoldText = (value: unknown): boolean =>
  typeof value === "string" ? value !== "" : typeof value === "object" && value !== null;
