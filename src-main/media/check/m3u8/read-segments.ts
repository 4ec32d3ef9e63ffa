import type { FindingCode } from '#shared/model/finding.ts';
import type { ParsedByteRange, ParsedMap, ParsedSegment, PlaylistFault } from './playlist-model.ts';
import type { PlaylistLine } from './split-lines.ts';

/** What stands before a URI and belongs to it alone. */
type Pending = {
  extinfLine: number | null;
  durationSec: number | null;
  rangeText: string | null;
  discontinuity: boolean;
  gap: boolean;
};

const nothingPending: Pending = {
  extinfLine: null,
  durationSec: null,
  rangeText: null,
  discontinuity: false,
  gap: false,
};

/** The segments of a media playlist, RFC 8216 4.3.2, each with the map and key that apply to it. */
export function readSegments(lines: readonly PlaylistLine[]): { segments: ParsedSegment[]; faults: PlaylistFault[] } {
  const segments: ParsedSegment[] = [];
  const faults: PlaylistFault[] = [];
  const wrong = (code: FindingCode, line: number, message: string): void => {
    faults.push({ code, severity: 'error', line, message });
  };
  let pending: Pending = { ...nothingPending };
  let map: ParsedMap | null = null;
  let encrypted = false;

  for (const line of lines) {
    if (line.kind === 'uri') {
      if (pending.extinfLine === null) wrong('playlist-extinf-missing', line.line, `no EXTINF before ${line.uri}`);
      segments.push({
        line: line.line,
        uri: line.uri,
        durationSec: pending.durationSec,
        range: readRange(pending.rangeText, line.uri, line.line, segments.at(-1) ?? null, wrong),
        map,
        discontinuity: pending.discontinuity,
        encrypted,
        gap: pending.gap,
      });
      pending = { ...nothingPending };
      continue;
    }
    switch (line.name) {
      case 'EXTINF':
        if (pending.extinfLine !== null) wrong('playlist-uri-missing', pending.extinfLine, 'EXTINF without a URI');
        pending.extinfLine = line.line;
        pending.durationSec = readDuration(line.value, line.line, wrong);
        break;
      case 'EXT-X-BYTERANGE':
        pending.rangeText = line.value;
        break;
      case 'EXT-X-DISCONTINUITY':
        pending.discontinuity = true;
        break;
      case 'EXT-X-GAP':
        pending.gap = true;
        break;
      case 'EXT-X-KEY':
        encrypted = (line.attributes.get('METHOD')?.text ?? 'NONE') !== 'NONE';
        break;
      case 'EXT-X-MAP': {
        const uri = line.attributes.get('URI')?.text;
        if (uri === undefined) break;
        const range = readRange(line.attributes.get('BYTERANGE')?.text ?? null, uri, line.line, null, wrong, 0);
        map = { line: line.line, uri, range };
        break;
      }
      default:
    }
  }
  if (pending.extinfLine !== null) wrong('playlist-uri-missing', pending.extinfLine, 'EXTINF without a URI');
  return { segments, faults };
}

type Wrong = (code: FindingCode, line: number, message: string) => void;

/** `<duration>,[<title>]`: the comma is not optional. */
function readDuration(value: string, line: number, wrong: Wrong): number | null {
  const match = /^(\d+(?:\.\d+)?)(,?)/.exec(value);
  if (match === null || match[1] === undefined) {
    wrong('playlist-extinf-value', line, `EXTINF "${value}" is no duration`);
    return null;
  }
  if (match[2] !== ',') wrong('playlist-extinf-value', line, `EXTINF "${value}" has no comma after the duration`);
  return Number(match[1]);
}

/**
 * `<n>[@<o>]`, RFC 8216 4.3.2.2. Without an offset the range follows that of the segment before, which has to be a
 * range of the same file; a map without one begins at `ownStart`.
 */
function readRange(
  text: string | null,
  uri: string,
  line: number,
  before: ParsedSegment | null,
  wrong: Wrong,
  ownStart: number | null = null,
): ParsedByteRange | null {
  if (text === null) return null;
  const match = /^(\d+)(?:@(\d+))?$/.exec(text);
  if (match === null) {
    wrong('playlist-byterange-value', line, `"${text}" is no byte range`);
    return null;
  }
  const lengthBytes = Number(match[1]);
  if (match[2] !== undefined) return { lengthBytes, offsetBytes: Number(match[2]) };
  if (ownStart !== null) return { lengthBytes, offsetBytes: ownStart };
  if (before === null || before.range === null || before.uri !== uri) {
    wrong('playlist-byterange-value', line, `a byte range without an offset has to follow one of the same file`);
    return null;
  }
  return { lengthBytes, offsetBytes: before.range.offsetBytes + before.range.lengthBytes };
}
