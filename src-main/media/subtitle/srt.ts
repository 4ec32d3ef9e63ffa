import type { Cue } from './cue.ts';

/** `00:01:02,345 --> 00:01:03,456`, also with points, without hours, with a minus sign and old coordinates behind. */
const timeLine =
  /^\s*(-?)(?:(\d+):)?(\d{1,3}):(\d{1,3})(?:[.,:](\d+))?\s*-{1,3}>\s*(-?)(?:(\d+):)?(\d{1,3}):(\d{1,3})(?:[.,:](\d+))?(?:\s.*)?$/;

/**
 * Cues of a SubRip file. There is no standard, so only time lines are trusted: numbers may be missing or wrong, and a
 * blank line inside a text doesn't end it. Backward and empty cues come out as they stand (`repairCues`).
 */
export function parseSrt(text: string): Cue[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const starts = lines.flatMap((line, i) => (timeLine.test(line) ? [i] : []));
  return starts.map((at, i) => {
    const end = starts[i + 1] ?? lines.length;
    const body = withoutNextNumber(lines.slice(at + 1, end), end < lines.length);
    const [, startSign, startH, startM, startS, startMs, endSign, endH, endM, endS, endMs] =
      timeLine.exec(lines[at] ?? '') ?? [];
    return {
      startSec: srtTime(startSign, startH, startM, startS, startMs),
      endSec: srtTime(endSign, endH, endM, endS, endMs),
      ...srtPayload(body.join('\n')),
    };
  });
}

/** The number of the next cue stands right above its time line; a number that a blank line parts from it is dialogue. */
function withoutNextNumber(lines: readonly string[], hasNext: boolean): readonly string[] {
  const last = lines.at(-1) ?? '';
  const alone = lines.length === 1 || (lines.at(-2) ?? '').trim() === '';
  return hasNext && alone && /^\s*\d+\s*$/.test(last) ? lines.slice(0, -1) : lines;
}

function srtTime(sign = '', hours = '0', minutes = '0', seconds = '0', fraction = '0'): number {
  const value = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction}`);
  return sign === '-' ? -value : value;
}

/** Markup that SubRip files carry: HTML of the nineties, and override tags that slipped in from ASS. */
const markup =
  /<\/?(i|b|u|em|strong|s|strike|font|span|p|div|c|v)(?:[\s.=][^<>]*)?\/?>|<br\s*\/?>|\{(\\[^{}]*|[yY]:[^{}]*)\}/gi;

/**
 * SubRip text as WebVTT payload. Italics, bold and underline stay and are closed; fonts and colours go; `{\an8}` and
 * its like become the place. Anything else is text: `<3` and `a < b` are shown as written. Character references are
 * left as they are, since WebVTT means the same by them.
 */
export function srtPayload(text: string): { payload: string; settings: string } {
  const open: string[] = [];
  let settings = '';
  let payload = '';
  let at = 0;
  for (const match of text.matchAll(markup)) {
    payload += escaped(text.slice(at, match.index));
    at = match.index + match[0].length;
    const override = match[2];
    if (override !== undefined) {
      settings ||= settingsOfAlignment(Number(/\\an([1-9])/.exec(override)?.[1] ?? 2));
      continue;
    }
    const tag = plainTag(match[1]?.toLowerCase() ?? 'br');
    if (tag === 'br') payload += '\n';
    else if (tag !== null && !match[0].startsWith('</')) {
      payload += `<${tag}>`;
      open.push(tag);
    } else if (tag !== null && open.includes(tag)) {
      // WebVTT tags nest: closing an outer one closes the inner ones first.
      while (open.length > 0) {
        const inner = open.pop();
        payload += `</${inner}>`;
        if (inner === tag) break;
      }
    }
  }
  payload += escaped(text.slice(at));
  return {
    payload: `${payload.trimEnd()}${open
      .toReversed()
      .map((tag) => `</${tag}>`)
      .join('')}`,
    settings,
  };
}

/** Cue settings for a place on the numpad: WebVTT's own place is 2, bottom centre. */
export function settingsOfAlignment(alignment: number): string {
  const line = alignment >= 7 ? ['line:0'] : alignment >= 4 ? ['line:50%'] : [];
  const column = alignment % 3;
  const align = column === 1 ? ['align:left'] : column === 0 ? ['align:right'] : [];
  return [...line, ...align].join(' ');
}

function plainTag(name: string): string | null {
  if (name === 'em') return 'i';
  if (name === 'strong') return 'b';
  return ['i', 'b', 'u', 'br'].includes(name) ? name : null;
}

function escaped(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
