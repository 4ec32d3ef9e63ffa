/*
 * What is kept of FFmpeg's stderr while it runs. A damaged file can bring millions of lines, so everything is bounded.
 */

/** Enough for the reason and what led to it. */
export const stderrTailLines = 80;
const keptOutputFaults = 20;
const longestLine = 1_000;

export type StderrDigest = {
  tail: readonly string[];
  /** The first lines that say output was lost; FFmpeg can print them and still exit with 0. */
  outputFaults: readonly string[];
  /** Lines that tell of damaged input. */
  decodeErrors: number;
  /** Whether `Last message repeated n times` would repeat such a line. */
  lastWasDecodeError: boolean;
};

export const emptyDigest: StderrDigest = { tail: [], outputFaults: [], decodeErrors: 0, lastWasDecodeError: false };

/** The digest after one more line; empty lines change nothing. */
export function addStderrLine(digest: StderrDigest, rawLine: string): StderrDigest {
  const line = rawLine.length > longestLine ? `${rawLine.slice(0, longestLine)}…` : rawLine;
  if (line.trim() === '') return digest;
  const tail = [...digest.tail.slice(-(stderrTailLines - 1)), line];
  const repeated = /^\s+Last message repeated (\d+) times?$/.exec(line);
  if (repeated !== null) {
    const again = digest.lastWasDecodeError ? Number(repeated[1]) : 0;
    return { ...digest, tail, decodeErrors: digest.decodeErrors + again };
  }
  const damage = isDecodeError(line);
  const lost = isOutputFault(line) && digest.outputFaults.length < keptOutputFaults;
  return {
    tail,
    outputFaults: lost ? [...digest.outputFaults, line] : digest.outputFaults,
    decodeErrors: digest.decodeErrors + (damage ? 1 : 0),
    lastWasDecodeError: damage,
  };
}

/*
 * One fault is often told in several lines (the macroblock, the concealment, the frame). Counted are those that state a
 * unit that was lost or made up, so the number is a measure of damage, not a count of pictures.
 */
const decodeErrorPatterns = [
  /error while decoding/i,
  /corrupt (decoded frame|input packet)/,
  /Packet corrupt/,
  /concealing \d+ DC/,
  /Error (submitting packet to decoder|splitting the input into NAL units)/,
  /Decoding error:/,
  /partial file$/,
  /File ended prematurely/,
  /Truncating packet of size/,
  /missing picture in access unit/,
];

/** Whether the line tells of damaged input that FFmpeg goes on after. */
export function isDecodeError(line: string): boolean {
  return decodeErrorPatterns.some((pattern) => pattern.test(line));
}

/*
 * FFmpeg 5.1 exits with 0 after failing to write a Matroska trailer, to close a file, or to open an HLS segment.
 */
const outputFaultPatterns = [
  /No space left on device/,
  /Disk quota exceeded/,
  /^Error (writing trailer|closing file)/,
  /av_interleaved_write_frame\(\)/,
  /Error muxing a packet/,
  /Error submitting a packet to the muxer/,
  /^\[(hls|dash|segment|ssegment|tee) @ [^\]]*\] (Failed to open|failed to rename|Could not)/i,
];

/** Whether the line says that output was lost. */
export function isOutputFault(line: string): boolean {
  return outputFaultPatterns.some((pattern) => pattern.test(line));
}
