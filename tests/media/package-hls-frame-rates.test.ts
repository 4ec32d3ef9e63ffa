import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { joined, readMaster, readPlaylist, shownPictures } from '#tests/helpers/read-hls.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * Rates whose pictures do not fall on the 90 kHz clock of a transport stream: each time stamp is rounded, and a segment
 * must begin at its own keyframe all the same. Segments of two GOPs, so that a missed keyframe does not hide.
 */
test.each([
  ['mpegts', 2997, 125],
  ['mpegts', 143, 10],
  ['mpegts', 17_982, 601],
  ['fmp4', 2997, 125],
] as const)('segments in %s begin where the grid says at %i/%i pictures a second', async (type, num, den) => {
  const folder = await temporaryFolder();
  const film = join(folder, 'film.mp4');
  const source = ['-f', 'lavfi', '-i', `testsrc2=s=96x54:r=${num}/${den}:d=10`];
  await ffmpeg(...source, '-c:v', 'libx264', '-preset', 'ultrafast', '-video_track_timescale', String(num), film);
  const made = await encodeFilm(
    film,
    folder,
    testProfile('hls-universal', {
      segment: { durationSec: 1, type },
      video: { ...testProfile('hls-universal').video, gopSec: 0.5, preset: 'veryfast' },
    }),
  );
  const { grid } = made.plan;
  expect(grid.rate).toEqual({ num, den });
  expect(made.findings).toEqual([]);
  const [variant] = (await readMaster(made.main)).variants;
  const playlist = await readPlaylist(made.folder, variant?.uri ?? '');
  const starts: number[] = [];
  for (const i of playlist.segments.keys()) {
    const pictures = await shownPictures(await joined(playlist, join(folder, 'segment'), i, i + 1));
    starts.push(pictures[0]?.sec ?? Number.NaN);
  }
  const first = starts[0] ?? Number.NaN;
  const frames = starts.map((sec) => ((sec - first) * num) / den);
  expect(frames.map((frame) => Math.round(frame))).toEqual(starts.map((_, i) => i * grid.segmentFrames));
  for (const frame of frames) expect(Math.abs(frame - Math.round(frame))).toBeLessThan(0.001);
});
