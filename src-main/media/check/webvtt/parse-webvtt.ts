/*
 * WebVTT as a checker needs it (W3C WebVTT: The Web Video Text Tracks Format): cue times and what breaks the syntax.
 * Players skip a cue that they can't read, so nothing here throws.
 */

export type WebVttCue = { line: number; startSec: number; endSec: number; text: string };

export type WebVttFault = { line: number; message: string };

export type WebVtt = {
  cues: WebVttCue[];
  faults: WebVttFault[];
  /** X-TIMESTAMP-MAP, RFC 8216 3.5: the moment of the media's clock that cue time 0 stands for; null without one. */
  timestampMapSec: number | null;
};

/** Reads the cues of a WebVTT file and what breaks its syntax, both with the line. */
export function parseWebVtt(text: string): WebVtt {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const faults: WebVttFault[] = [];
  if (!/^WEBVTT($|[ \t])/.test(lines[0] ?? '')) faults.push({ line: 1, message: 'does not begin with WEBVTT' });
  const headerEnd = lines.findIndex((line, i) => i > 0 && (line === '' || line.includes('-->')));
  const header = lines.slice(0, headerEnd < 0 ? lines.length : headerEnd);
  const cues: WebVttCue[] = [];
  for (let i = header.length; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (!line.includes('-->')) continue;
    const times = readTimes(line);
    const body: string[] = [];
    while (i + 1 < lines.length && lines[i + 1] !== '') {
      i += 1;
      body.push(lines[i] ?? '');
    }
    const at = i + 1 - body.length;
    if (times === null) faults.push({ line: at, message: `"${line}" is no cue time (hh:mm:ss.mmm --> hh:mm:ss.mmm)` });
    else if (times.endSec <= times.startSec) faults.push({ line: at, message: `a cue that ends before it starts` });
    else cues.push({ line: at, ...times, text: body.join('\n') });
    if (body.some((row) => row.includes('-->')))
      faults.push({ line: at, message: 'an empty line is missing between cues' });
  }
  const disorder = cues.find((cue, i) => i > 0 && cue.startSec < (cues[i - 1]?.startSec ?? 0));
  if (disorder !== undefined)
    faults.push({ line: disorder.line, message: 'a cue that starts before the one above it' });
  return { cues, faults, timestampMapSec: readTimestampMap(header, faults) };
}

/** Points and at least two digits; the comma of SubRip is no WebVTT. */
const time = '(?:(\\d{2,}):)?([0-5]\\d):([0-5]\\d)\\.(\\d{3})';
const cueTimes = new RegExp(`^[ \\t]*${time}[ \\t]+-->[ \\t]+${time}(?:[ \\t].*)?$`);

function readTimes(line: string): { startSec: number; endSec: number } | null {
  const match = cueTimes.exec(line);
  if (match === null) return null;
  return { startSec: seconds(match.slice(1, 5)), endSec: seconds(match.slice(5, 9)) };
}

function seconds([hours, minutes, secs, millis]: (string | undefined)[]): number {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(secs) + Number(millis) / 1000;
}

function readTimestampMap(header: readonly string[], faults: WebVttFault[]): number | null {
  const at = header.findIndex((line) => line.startsWith('X-TIMESTAMP-MAP='));
  const text = header[at]?.slice('X-TIMESTAMP-MAP='.length) ?? null;
  if (text === null) return null;
  const local = new RegExp(`LOCAL:${time}`).exec(text);
  const mpegTs = /MPEGTS:(\d+)/.exec(text);
  if (local === null || mpegTs === null) {
    faults.push({ line: at + 1, message: `X-TIMESTAMP-MAP "${text}" has no LOCAL or no MPEGTS` });
    return null;
  }
  return Number(mpegTs[1]) / 90_000 - seconds(local.slice(1, 5));
}
