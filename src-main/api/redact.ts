/*
 * What is kept of a request must not help anybody who reads it later.
 */

const secretName = /pass(word|phrase|wd)|token|secret|authorization|cookie|credential|(api|private).?key|csrf/i;
const redacted = '[redacted]';
const longestText = 500;
const mostItems = 50;
const deepest = 6;

/** A copy for logs and the audit: secrets covered by the name of their field, long parts cut. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cut(withoutKeys(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return '[deeper]';
  if (Array.isArray(value)) {
    const items = value.slice(0, mostItems).map((item) => redact(item, depth + 1));
    return value.length > mostItems ? [...items, `[${value.length - mostItems} more]`] : items;
  }
  const fields = Object.entries(value).map(([name, item]) => {
    const isSecret = secretName.test(name) && item !== null && typeof item !== 'boolean';
    return [name, isSecret ? redacted : redact(item, depth + 1)] as const;
  });
  return Object.fromEntries(fields);
}

/** Addresses may hold a name and a password, and a key to what they lead to in what they ask (a signed link). */
function withoutKeys(text: string): string {
  return text
    .replaceAll(/(:\/\/)[^/@\s]+@/g, `$1${redacted}@`)
    .replaceAll(/(https?:\/\/[^\s?#]*\?)[^\s#]+/gi, `$1${redacted}`);
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}[${text.length - longestText} more]` : text;
}
