import type { Cue } from './cue.ts';
import { tidyPayload } from './cue.ts';
import { parseWebVttTime, webVttTime } from './webvtt-time.ts';

/** X-TIMESTAMP-MAP (RFC 8216 3.5): the cue time `localSec` is the moment `mpegTs` (90 kHz) of the media. */
export type TimestampMap = { mpegTs: number; localSec: number };

export type WebVttFault =
  | 'no-signature'
  | 'bad-time'
  | 'bad-timestamp-map'
  | 'no-blank-line-after-header'
  | 'arrow-in-payload';

export type WebVttDocument = {
  timestampMap: TimestampMap | null;
  /** STYLE and REGION blocks, whole: they must come before the cues of each file that needs them. */
  blocks: string[];
  cues: Cue[];
  /** Departures from the standard, with the line from 1; what can be read is read all the same. */
  faults: { code: WebVttFault; line: number }[];
};

const maxMpegTs = 2 ** 33;

/** Reads WebVTT as a player does: damage costs the damaged block and is told. Cue identifiers and notes are dropped. */
export function parseWebVtt(text: string): WebVttDocument {
  const document: WebVttDocument = { timestampMap: null, blocks: [], cues: [], faults: [] };
  const lines = text
    .replace(/^\ufeff/, '')
    .replaceAll('\0', '\ufffd')
    .split(/\r\n|\n|\r/);
  let at = 0;
  if (/^WEBVTT(?:[ \t].*)?$/s.test(lines[0] ?? '')) at = 1;
  else document.faults.push({ code: 'no-signature', line: 1 });
  for (; at < lines.length && lines[at] !== ''; at += 1) {
    const line = lines[at] ?? '';
    if (line.includes('-->')) {
      document.faults.push({ code: 'no-blank-line-after-header', line: at + 1 });
      break;
    }
    if (!line.startsWith('X-TIMESTAMP-MAP')) continue;
    document.timestampMap = parseTimestampMap(line);
    if (document.timestampMap === null) document.faults.push({ code: 'bad-timestamp-map', line: at + 1 });
  }
  while (at < lines.length) {
    const from = at;
    while (at < lines.length && lines[at] !== '') at += 1;
    if (at > from) readBlock(lines.slice(from, at), from + 1, document);
    at += 1;
  }
  return document;
}

/** A whole WebVTT file. Cues are written as they are: repair them first. */
export function writeWebVtt(document: {
  timestampMap?: TimestampMap | null;
  blocks?: readonly string[];
  cues: readonly Cue[];
}): string {
  const { timestampMap = null, blocks = [], cues } = document;
  const header = timestampMap === null ? 'WEBVTT' : `WEBVTT\n${writeTimestampMap(timestampMap)}`;
  return [header, ...blocks.map(tidyPayload), ...cues.map(writeCue)].map((block) => `${block}\n`).join('\n');
}

function writeCue({ startSec, endSec, payload, settings }: Cue): string {
  const times = `${webVttTime(startSec)} --> ${webVttTime(endSec)}`;
  return `${times}${settings === '' ? '' : ` ${settings}`}\n${tidyPayload(payload).replaceAll('-->', '--&gt;')}`;
}

function writeTimestampMap({ mpegTs, localSec }: TimestampMap): string {
  return `X-TIMESTAMP-MAP=MPEGTS:${mpegTs % maxMpegTs},LOCAL:${webVttTime(localSec)}`;
}

/** Both orders of the two parts are in use. */
function parseTimestampMap(line: string): TimestampMap | null {
  const parts = new Map(
    line
      .replace(/^X-TIMESTAMP-MAP=/, '')
      .split(',')
      .map((part) => [part.split(':', 1)[0]?.trim() ?? '', part.slice(part.indexOf(':') + 1).trim()]),
  );
  const mpegTs = parts.get('MPEGTS') ?? '';
  const localSec = parseWebVttTime(parts.get('LOCAL') ?? '');
  if (!/^\d{1,10}$/.test(mpegTs) || Number(mpegTs) >= maxMpegTs || localSec === null) return null;
  return { mpegTs: Number(mpegTs), localSec };
}

function readBlock(lines: readonly string[], firstLine: number, document: WebVttDocument): void {
  const [first = '', second = ''] = lines;
  const timing = first.includes('-->') ? 0 : second.includes('-->') ? 1 : -1;
  if (timing === -1) {
    if (document.cues.length === 0 && /^(?:STYLE|REGION)[ \t]*$/.test(first)) document.blocks.push(lines.join('\n'));
    return;
  }
  const [, start = '', end = '', settings = ''] =
    /^\s*(\S+)\s*-->\s*(\S+)(?:\s+(.*))?$/s.exec(lines[timing] ?? '') ?? [];
  const startSec = parseWebVttTime(start);
  const endSec = parseWebVttTime(end);
  if (startSec === null || endSec === null) {
    document.faults.push({ code: 'bad-time', line: firstLine + timing });
    return;
  }
  const payload = lines.slice(timing + 1);
  const arrow = payload.findIndex((line) => line.includes('-->'));
  if (arrow !== -1) document.faults.push({ code: 'arrow-in-payload', line: firstLine + timing + 1 + arrow });
  document.cues.push({ startSec, endSec, payload: tidyPayload(payload.join('\n')), settings: settings.trim() });
}
