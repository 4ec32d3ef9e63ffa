/*
 * Attribute lists, RFC 8216 4.2. Callers name the type of each value, because the same word may be right quoted and
 * wrong bare: players compare CODECS="avc1" and TYPE=AUDIO as text.
 */

export type Attribute = readonly [name: string, value: string];

/** `NAME=value,NAME="value"`; attributes that are null are left out. */
export function attributeList(attributes: readonly (Attribute | null)[]): string {
  return attributes
    .filter((attribute) => attribute !== null)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/**
 * A quoted-string. RFC 8216 4.2 forbids line feeds, carriage returns and double quotes inside and has no escape for
 * them; a track title from a file may hold all three, and would end the value or start a forged tag. Other control
 * characters become spaces too, as 4.1 forbids them in a playlist.
 */
export function quoted(text: string): string {
  const safe = text
    .replace(/"/g, "'")
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  return `"${safe}"`;
}

/** A decimal-resolution. */
export function resolution(widthPx: number, heightPx: number): string {
  return `${widthPx}x${heightPx}`;
}

/** YES or NO. */
export function yesNo(value: boolean): string {
  return value ? 'YES' : 'NO';
}
