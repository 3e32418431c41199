/** Keeps secrets out of log lines, whatever a caller hands over. */

const SECRET_KEY = /(token|secret|password|authorization|cookie|api[-_]?key|credential)/i;
const SECRET_VALUE = /\b(sk_(?:live|test)_|enr_|tkt_|gwt_)[\w-]{6,}|(?<=\bBearer )[\w.~+/=-]{8,}/g;

const REDACTED = "[redacted]";

/** A copy of `value` in which values under secret-like keys, and secret-like strings, are replaced. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === "string") return value.replace(SECRET_VALUE, REDACTED);
  if (typeof value !== "object" || value === null || depth > 6) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) && typeof item === "string" && item !== "" ? REDACTED : redact(item, depth + 1),
    ]),
  );
};
