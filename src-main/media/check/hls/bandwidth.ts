import type { Finding } from '#shared/model/finding.ts';
import { type MeasuredBitrate, measuredBitrate } from '../../package/playlist/bandwidth.ts';
import { error, warning } from '../finding-of.ts';
import { attributeNumber } from '../m3u8/playlist-model.ts';
import { resolveUri } from '../package-path.ts';
import type { ObservedHls, ObservedMedia } from './observed-hls.ts';
import { mediaAt, variantsOf } from './package-view.ts';

/** Apple's HLS Authoring Specification: what is stated lies within 10 % of what is measured. */
const tolerance = 0.1;

/**
 * BANDWIDTH covers the peak of the pictures with the largest rendition of the audio group (RFC 8216 4.3.4.2). Too low a
 * number stalls players, so it is an error; too high a one keeps them on a lower rung than the line allows.
 */
export function bandwidth(observed: ObservedHls): Finding[] {
  if (observed.master === null) return [];
  const where = observed.master.path;
  const findings: Finding[] = [];
  const judge = (line: number, stated: number | null, measuredBps: number, name: string): void => {
    if (stated === null) return;
    const message = `line ${line}: ${name} is ${stated}, measured are ${measuredBps} bits a second`;
    const average = name.startsWith('AVERAGE');
    if (stated < measuredBps * (1 - tolerance)) {
      findings.push(
        average ? warning('average-bandwidth-low', where, message) : error('bandwidth-low', where, message),
      );
    } else if (stated > measuredBps * (1 + tolerance)) {
      findings.push(warning(average ? 'average-bandwidth-high' : 'bandwidth-high', where, message));
    }
  };

  for (const { tag, media, audio, isComplete } of variantsOf(observed)) {
    if (!isComplete) continue;
    const video = bitrateOf(observed, media);
    const sounds = audio
      // A rendition without a URI is inside the variant's own segments.
      .filter((member) => member.tag.attributes.has('URI') && member.media !== media)
      .map((member) => bitrateOf(observed, member.media));
    if (video === null || sounds.includes(null)) continue;
    const most = (pick: (bitrate: MeasuredBitrate) => number): number =>
      sounds.reduce((largest, bitrate) => Math.max(largest, bitrate === null ? 0 : pick(bitrate)), 0);
    judge(tag.line, attributeNumber(tag, 'BANDWIDTH'), video.peakBps + most((b) => b.peakBps), 'BANDWIDTH');
    const average = video.averageBps + most((b) => b.averageBps);
    judge(tag.line, attributeNumber(tag, 'AVERAGE-BANDWIDTH'), average, 'AVERAGE-BANDWIDTH');
  }
  for (const tag of observed.master.playlist.iFrameVariants) {
    const measured = bitrateOf(observed, mediaAt(observed, tag.uri));
    if (measured === null) continue;
    judge(tag.line, attributeNumber(tag, 'BANDWIDTH'), measured.peakBps, 'BANDWIDTH');
    judge(tag.line, attributeNumber(tag, 'AVERAGE-BANDWIDTH'), measured.averageBps, 'AVERAGE-BANDWIDTH');
  }
  return findings;
}

/** Null where a segment is missing or its duration is not known: then nothing can be measured. */
export function bitrateOf(observed: ObservedHls, media: ObservedMedia | null): MeasuredBitrate | null {
  if (media === null || media.playlist.targetDurationSec === null) return null;
  const sizes: { sizeBytes: number; durationSec: number }[] = [];
  for (const segment of media.playlist.segments) {
    const resolved = resolveUri(media.path, segment.uri);
    const file = resolved.ok ? observed.files.get(resolved.path) : undefined;
    if (file?.kind !== 'file' || file.sizeBytes === 0 || segment.durationSec === null) return null;
    const sizeBytes = segment.range?.lengthBytes ?? file.sizeBytes;
    sizes.push({ sizeBytes, durationSec: segment.durationSec });
  }
  const total = sizes.reduce((sum, size) => sum + size.durationSec, 0);
  return total > 0 ? measuredBitrate(sizes, media.playlist.targetDurationSec) : null;
}
