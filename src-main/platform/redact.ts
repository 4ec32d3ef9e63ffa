/*
 * What is kept of a request must not help anybody who reads it later.
 */

const secretName = /pass(word|phrase|wd)|token|secret|authorization|cookie|credential|(api|private).?key|csrf/i;
const redacted = '[redacted]';

/** What is left of long values: characters of a text, entries of a list, levels. */
type RedactLimits = { text: number; items: number; depth: number };

const auditLimits: RedactLimits = { text: 500, items: 50, depth: 6 };
/** Whole traces and command lines. */
const logLimits: RedactLimits = { text: 50_000, items: 2_000, depth: 12 };

/** A copy for the audit and events: secrets covered by the name of their field, long parts cut. */
export function redact(value: unknown): unknown {
  return cover(value, auditLimits, 0);
}

/** The fields of a log line, with secrets covered as in `redact`. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return coverFields(fields, logLimits, 0);
}

function cover(value: unknown, limits: RedactLimits, depth: number): unknown {
  if (typeof value === 'string') return cut(withoutKeys(value), limits.text);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth === limits.depth) return '[deeper]';
  if (!Array.isArray(value)) return coverFields(value, limits, depth);
  const items = value.slice(0, limits.items).map((item) => cover(item, limits, depth + 1));
  return value.length > limits.items ? [...items, `[${value.length - limits.items} more]`] : items;
}

function coverFields(value: object, limits: RedactLimits, depth: number): Record<string, unknown> {
  const fields = Object.entries(value).map(([name, item]) => {
    const isSecret = secretName.test(name) && item !== null && typeof item !== 'boolean';
    return [name, isSecret ? redacted : cover(item, limits, depth + 1)] as const;
  });
  return Object.fromEntries(fields);
}

/** Addresses may hold a name and a password, and a key to what they lead to in what they ask (a signed link). */
function withoutKeys(text: string): string {
  return text
    .replaceAll(/(:\/\/)[^/@\s]+@/g, `$1${redacted}@`)
    .replaceAll(/(https?:\/\/[^\s?#]*\?)[^\s#]+/gi, `$1${redacted}`);
}

function cut(text: string, longestText: number): string {
  return text.length > longestText ? `${text.slice(0, longestText)}[${text.length - longestText} more]` : text;
}
