import type { Finding } from '#shared/model/finding.ts';
import { error } from '../finding-of.ts';
import type { ObservedHls } from './observed-hls.ts';
import { playlistsOf } from './package-view.ts';

/** Each entry of an I-frame playlist is a range that begins with a keyframe: RFC 8216 4.3.3.6. A sample of them was read. */
export function iFrameRanges(observed: ObservedHls): Finding[] {
  const wrong = observed.iFrames.filter((frame) => frame.startsWithKeyframe === false);
  return [...Map.groupBy(wrong, (frame) => frame.playlistPath)].map(([path, frames]) => {
    const message = `entry ${(frames[0]?.index ?? 0) + 1} does not begin with a keyframe (${frames.length} of those read)`;
    return error('i-frame-not-keyframe', path, message);
  });
}

/** What EXT-X-I-FRAME-STREAM-INF names says EXT-X-I-FRAMES-ONLY, and nothing else does: RFC 8216 4.3.4.3. */
export function iFramePlaylists(observed: ObservedHls): Finding[] {
  const findings: Finding[] = [];
  for (const media of playlistsOf(observed, 'i-frames')) {
    if (!media.playlist.iFramesOnly) {
      findings.push(error('i-frames-only-missing', media.path, 'an I-frame playlist without EXT-X-I-FRAMES-ONLY'));
    }
  }
  for (const media of [...playlistsOf(observed, 'video'), ...playlistsOf(observed, 'audio')]) {
    if (observed.master !== null && media.playlist.iFramesOnly) {
      findings.push(error('i-frames-only-unexpected', media.path, 'an ordinary rendition with EXT-X-I-FRAMES-ONLY'));
    }
  }
  return findings;
}
