import { observeFmp4 } from '#main/media/check/hls/observe-fmp4.ts';
import { observeTs } from '#main/media/check/hls/observe-ts.ts';
import type { ObservedIFrame } from '#main/media/check/hls/observed-hls.ts';
import type { MediaPlaylist, ParsedSegment } from '#main/media/check/m3u8/playlist-model.ts';
import { initOf, openable, readInits, tsTables } from './observe-rendition.ts';
import type { PackageFile } from './package-files.ts';
import { withRange } from './read-bytes.ts';
import { readFragments } from './read-fragments.ts';

/** Enough to see a muxer's habit, few enough to cost nothing: the first, the last and some between. */
const samples = 16;
/** A keyframe's parameter sets and first slice header. */
const pictureHeadBytes = 32_768;

type Files = ReadonlyMap<string, PackageFile>;

/** Looks at a sample of an I-frame playlist's entries. */
export async function observeIFrames(files: Files, path: string, playlist: MediaPlaylist): Promise<ObservedIFrame[]> {
  const inits = await readInits(files, path, playlist);
  const found: ObservedIFrame[] = [];
  for (const index of sampleOf(playlist.segments.length)) {
    const segment = playlist.segments[index];
    const file = segment === undefined ? null : openable(files, path, segment.uri);
    if (segment === undefined || file === null || segment.encrypted) continue;
    const init = initOf(inits, segment);
    const startsWithKeyframe =
      init === null
        ? await tsKeyframe(file, segment)
        : await withRange(file, segment.range, async (opened) => {
            const { fragments } = await readFragments(opened);
            const video = observeFmp4(fragments.slice(0, 1), init).streams.find((stream) => stream.kind === 'video');
            return video === undefined ? false : video.startsWithKeyframe;
          });
    found.push({ playlistPath: path, index, startsWithKeyframe });
  }
  return found;
}

/** The range alone has no tables; a player takes them from the start of the file (RFC 8216 4.3.3.6). */
async function tsKeyframe(file: PackageFile, segment: ParsedSegment): Promise<boolean | null> {
  const tables = await tsTables(file);
  if (tables === null) return null;
  const picture = await withRange(file, segment.range, (opened) => opened.read(0, pictureHeadBytes));
  const { observation } = observeTs(new Uint8Array(Buffer.concat([tables, picture])), false);
  const video = observation.streams.find((stream) => stream.kind === 'video');
  return video === undefined || video.startSec === null ? false : video.startsWithKeyframe;
}

function sampleOf(count: number): number[] {
  if (count <= samples) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: samples }, (_, i) => Math.round((i * (count - 1)) / (samples - 1)));
}
