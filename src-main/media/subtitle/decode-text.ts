export type DecodedText = {
  text: string;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Characters that the bytes don't spell; each is U+FFFD in the text. */
  undecodable: number;
};

/**
 * Text of a subtitle file. A byte order mark decides, without one it is UTF-8: FFmpeg writes nothing else, and guessing
 * among the old 8-bit encodings would silently exchange letters. The mark itself is not part of the text.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const ownReplacements = encoding === 'utf-8' ? countOf(bytes, [0xef, 0xbf, 0xbd]) : 0;
  const shown = text.match(/\ufffd/g)?.length ?? 0;
  return { text, encoding, undecodable: Math.max(0, shown - ownReplacements) };
}

function encodingOf(bytes: Uint8Array): DecodedText['encoding'] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function countOf(bytes: Uint8Array, [first, second, third]: [number, number, number]): number {
  let count = 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (bytes[at + 1] === second && bytes[at + 2] === third) count += 1;
  }
  return count;
}
