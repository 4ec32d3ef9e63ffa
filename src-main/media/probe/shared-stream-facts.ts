import { languageCode } from '#shared/format/language.ts';
import type { Disposition } from '#shared/model/facts.ts';
import type { ProbedStream } from './ffprobe-answer.ts';

/** Fields that all kinds of streams share, but for their end, which needs the packets. */
export function streamBase(stream: ProbedStream) {
  const title = nonEmpty(stream.tags.get('title'));
  return {
    index: stream.index,
    codec: stream.codec_name,
    language: languageCode(stream.tags.get('language') ?? ''),
    title,
    disposition: dispositionOf(stream, title),
    startSec: stream.start_time,
    bitrateBps: bitrateOf(stream),
  };
}

/**
 * The file's flags. Titles add what many files say only there, for three words that hardly ever mean anything else:
 * commentary, SDH and forced.
 */
function dispositionOf(stream: ProbedStream, title: string | null): Disposition {
  const on = (name: string) => stream.disposition[name] === 1;
  const says = (word: RegExp) => title !== null && word.test(title);
  const isSubtitle = stream.codec_type === 'subtitle';
  return {
    default: on('default'),
    forced: on('forced') || (isSubtitle && says(/\bforced\b/i)),
    hearingImpaired: on('hearing_impaired') || (isSubtitle && says(/\bSDH\b/i)),
    visualImpaired: on('visual_impaired'),
    commentary: on('comment') || says(/\bcommentary\b/i),
    dub: on('dub'),
    original: on('original'),
    attachedPicture: on('attached_pic'),
  };
}

/** Matroska has no field for it; mkvmerge writes a tag, with the language in its name in older versions. */
function bitrateOf(stream: ProbedStream): number | null {
  const tag = [...stream.tags].find(([key]) => key === 'bps' || key.startsWith('bps-'))?.[1];
  const value = stream.bit_rate ?? (tag === undefined ? Number.NaN : Number(tag));
  return value > 0 ? value : null;
}

/** Trimmed text; null when nothing is left. */
export function nonEmpty(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

/** A whole number above zero, else unknown: ffprobe writes 0 for what it can't tell. */
export function positiveInteger(value: number | null): number | null {
  return value !== null && Number.isInteger(value) && value > 0 ? value : null;
}
