/** FFmpeg ends status lines with a carriage return alone, so CR, LF and CRLF all end a line here. */
const lineEnd = /\r\n|\n|\r/;

/** Longer pieces without a line end are handed on as lines, so that a broken program can't fill memory. */
const longestLine = 64 * 1024;

/** Calls `take` for each line of a UTF-8 byte stream until it ends; bytes that are no UTF-8 become U+FFFD. */
export async function readLines(stream: AsyncIterable<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split(lineEnd);
    rest = pieces.pop() ?? '';
    for (const line of pieces) take(line);
    if (rest.length > longestLine) {
      take(rest);
      rest = '';
    }
  }
  if (rest !== '') take(rest);
}
