import type { VideoFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import { info } from '../check/finding-of.ts';
import { type PacketRead, shownPackets } from './packet-times.ts';

const stillCodecs = new Set(['mjpeg', 'png', 'bmp', 'gif', 'webp', 'tiff', 'jpeg2000', 'jpegxl']);

/**
 * A still picture beside a film is its cover even when no flag says so: some muxers put it first, and a player that
 * takes the first picture stream would show nothing else. It is treated as attached, and the owner is told.
 */
export function markUnflaggedCovers(
  videos: readonly VideoFacts[],
  head: PacketRead,
): { video: VideoFacts[]; oddities: Finding[] } {
  const pictures = (video: VideoFacts) => shownPackets(head, video.index).length;
  const hasFilm = videos.some((video) => !video.disposition.attachedPicture && pictures(video) > 1);
  const isCover = (video: VideoFacts) =>
    hasFilm && !video.disposition.attachedPicture && stillCodecs.has(video.codec ?? '') && pictures(video) <= 1;
  return {
    video: videos.map((video) =>
      isCover(video)
        ? { ...video, disposition: { ...video.disposition, attachedPicture: true }, frameRate: null, rateMode: null }
        : video,
    ),
    oddities: videos
      .filter(isCover)
      .map((video) =>
        info(
          'cover-without-flag',
          `stream ${video.index}`,
          'a still picture beside the film is taken for its cover, though the file does not say so',
        ),
      ),
  };
}
