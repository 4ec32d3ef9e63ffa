import type { Finding } from '#shared/model/finding.ts';
import { fontFormat } from '../../font/font-format.ts';
import { acceptedFontMimeTypes } from '../assets/font-mime-types.ts';
import { error, info, warning } from '../finding-of.ts';
import type { ObservedMkv } from './observed-mkv.ts';

export type MkvRule = (observed: ObservedMkv) => Finding[];

/** The file ends where its elements say: RFC 9559 4. */
function fileWhole({ fault, fileName, clusters, tracks }: ObservedMkv): Finding[] {
  const findings: Finding[] = [];
  if (fault !== null) findings.push(error('mkv-damaged', fileName, fault));
  if (tracks.length === 0) findings.push(error('mkv-no-tracks', fileName, 'there is no track'));
  else if (clusters === 0)
    findings.push(error('mkv-no-clusters', fileName, 'there are no pictures and no sound in it'));
  return findings;
}

/** Matroska's own duration, and data up to it: clusters are seconds apart. */
function lastsAsItSays({ durationSec, lastClusterSec, fileName }: ObservedMkv): Finding[] {
  if (durationSec === null) {
    return [warning('mkv-duration-missing', fileName, 'the file does not say how long it is: it was not finished')];
  }
  if (lastClusterSec === null || durationSec - lastClusterSec <= 60) return [];
  const message = `it says it lasts ${durationSec.toFixed(3)} s, its data ends near ${lastClusterSec.toFixed(3)} s`;
  return [error('mkv-cut-short', fileName, message)];
}

/** Cues point at the pictures, or seeking is slow and lands anywhere: RFC 9559 22.1. */
function cuesForVideo({ cueTracks, tracks, fileName }: ObservedMkv): Finding[] {
  const video = tracks.find((track) => track.kind === 'video');
  if (cueTracks === null) return [warning('mkv-cues-missing', fileName, 'there are no Cues: players seek slowly')];
  if (video === undefined || cueTracks.has(video.number)) return [];
  return [warning('mkv-cues-not-for-video', fileName, `the Cues don't point at track ${video.number}, the pictures`)];
}

/** Several defaults are legal (RFC 9559 5.1.4.1.5: eligible for automatic selection), none for the sound is an oversight. */
function defaults({ tracks, fileName }: ObservedMkv): Finding[] {
  return (['video', 'audio', 'subtitle'] as const).flatMap((kind) => {
    const all = tracks.filter((track) => track.kind === kind);
    const count = all.filter((track) => track.isDefault).length;
    if (count > 1) {
      const message = `${count} ${kind} tracks are default: players choose by language`;
      return [info('mkv-defaults-repeated', fileName, message)];
    }
    if (kind !== 'audio' || all.length < 2 || count === 1) return [];
    return [warning('mkv-default-missing', fileName, `none of ${all.length} audio tracks is default`)];
  });
}

/** Fonts carry the MIME type by which players load them: RFC 9559 21.3. */
function fontTypes({ attachments, fileName }: ObservedMkv): Finding[] {
  return attachments.flatMap((attachment) => {
    const looksLikeFont = /\.(ttf|otf|ttc|woff2?)$/i.test(attachment.fileName) || /font/i.test(attachment.mimeType);
    const kind = fontFormat(attachment.head);
    if (!looksLikeFont && kind === null) return [];
    const name = JSON.stringify(attachment.fileName);
    if (kind === null) return [warning('font-damaged', fileName, `attachment ${name} is no font`)];
    if (acceptedFontMimeTypes[kind].includes(attachment.mimeType)) return [];
    return [warning('font-mime-type', fileName, `attachment ${name} is ${kind}, not ${attachment.mimeType}`)];
  });
}

/** Chapters lie in the film. */
function chaptersInside({ chapters, durationSec, fileName }: ObservedMkv): Finding[] {
  const beyond = chapters.filter((chapter) => durationSec !== null && chapter.startSec >= durationSec);
  if (beyond.length === 0) return [];
  const message = `${beyond.length} chapters begin after the end of the film at ${durationSec?.toFixed(3)} s`;
  return [error('chapter-beyond-end', fileName, message)];
}

/** Nothing of the source is lost, nothing added. */
function lastsAsSource({ durationSec, source, fileName }: ObservedMkv): Finding[] {
  const candidates = source?.candidatesSec ?? [];
  if (durationSec === null || candidates.length === 0) return [];
  if (candidates.some((sec) => Math.abs(sec - durationSec) <= 0.5)) return [];
  const claims = candidates.map((sec) => sec.toFixed(3)).join(' or ');
  const message = `the film lasts ${durationSec.toFixed(3)} s, the source ${claims} s`;
  return [error('source-duration-differs', fileName, message)];
}

export const mkvRules: readonly MkvRule[] = [
  fileWhole,
  lastsAsItSays,
  cuesForVideo,
  defaults,
  fontTypes,
  chaptersInside,
  lastsAsSource,
];

/** All that is wrong with an observed Matroska file. */
export function checkMkv(observed: ObservedMkv): Finding[] {
  return mkvRules.flatMap((rule) => rule(observed));
}
