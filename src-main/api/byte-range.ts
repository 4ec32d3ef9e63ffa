/** First and last byte, both inclusive. */
export type ByteRange = { first: number; last: number };

/**
 * What a Range header asks of a file (RFC 9110 14.1.2, 14.2): null for the whole of it, which is also the answer to other units,
 * to what can't be read, and to several ranges at once. Nobody who plays a film asks for several, and scrapers ask for thousands.
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const range = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '');
  const [from, to] = [range?.[1] ?? '', range?.[2] ?? ''];
  if (from === '' && to === '') return null;
  if (from === '') {
    const count = Math.min(Number(to), sizeBytes);
    return count === 0 ? 'unsatisfiable' : { first: sizeBytes - count, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && first > Number(to)) return null;
  return first >= sizeBytes ? 'unsatisfiable' : { first, last };
}
