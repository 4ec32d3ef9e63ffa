import type { Finding, FindingCode } from '#shared/model/finding.ts';
import { assCues } from './ass-cues.ts';
import { parseAss } from './ass-script.ts';
import type { Cue } from './cue.ts';
import { decodeText } from './decode-text.ts';
import { repairCues } from './repair-cues.ts';
import { shiftCues } from './shift.ts';
import { moveAssTimes, moveSrtTimes } from './move-times.ts';
import { parseSrt } from './srt.ts';
import { parseWebVtt } from './webvtt.ts';

/** An extracted subtitle on the film's clock. */
export type FilmSubtitle = {
  cues: Cue[];
  /** STYLE and REGION blocks of a WebVTT source. */
  blocks: string[];
  /** The native text with only its times moved; null where WebVTT is the native form. */
  native: string | null;
  findings: Finding[];
};

/**
 * Reads a subtitle as it came out of the source and puts it on the film's clock: `originSec` (after the container's start)
 * becomes zero, cues end with the film. What was mended or lies outside is told, with `where` as its subject.
 */
export function filmSubtitle(
  bytes: Uint8Array,
  format: 'ass' | 'srt' | 'vtt',
  film: { originSec: number; durationSec: number },
  where: string,
): FilmSubtitle {
  const { text, undecodable } = decodeText(bytes);
  const read = readCues(text, format);
  const repaired = repairCues(read.cues);
  const shifted = shiftCues(repaired.cues, film.originSec, film.durationSec);
  const findings: Finding[] = [];
  const tell = (code: FindingCode, severity: Finding['severity'], message: string) =>
    findings.push({ code, severity, message, where });
  if (undecodable > 0)
    tell('subtitle-not-utf8', 'warning', `${undecodable} characters can't be read: the source is not UTF-8`);
  if (shifted.outside > 0)
    tell('subtitle-outside-film', 'info', `${shifted.outside} cues lie outside the film and are left out`);
  const { endless, untimed } = repaired.repairs;
  if (endless + untimed > 0)
    tell('subtitle-repaired', 'info', `${endless + untimed} cues with impossible times were mended or left out`);
  if (shifted.cues.length === 0) tell('subtitle-empty', 'warning', 'no words are left of this subtitle');
  return { cues: shifted.cues, blocks: read.blocks, native: nativeText(text, format, film.originSec), findings };
}

function readCues(text: string, format: 'ass' | 'srt' | 'vtt'): { cues: Cue[]; blocks: string[] } {
  switch (format) {
    case 'ass':
      return { cues: assCues(parseAss(text)).cues, blocks: [] };
    case 'srt':
      return { cues: parseSrt(text), blocks: [] };
    case 'vtt': {
      const { cues, blocks } = parseWebVtt(text);
      return { cues, blocks };
    }
  }
}

function nativeText(text: string, format: 'ass' | 'srt' | 'vtt', originSec: number): string | null {
  switch (format) {
    case 'ass':
      return moveAssTimes(text, originSec);
    case 'srt':
      return moveSrtTimes(text, originSec);
    case 'vtt':
      return null;
  }
}
