import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { encodeJob } from '#main/app/encode-job.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { profile } from '#shared/model/profile.ts';
import { ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

/*
 * Chunks join without a seam: a film in several chunks against the same film in one, frame by frame.
 */

/** Two encodes of the same picture differ by rate control; a picture that is one place off differs by far more. */
const samePictureDb = 30;

const sources = [
  { what: '24 pictures a second', rate: '24', filter: 'null', frames: 168 },
  { what: '30000/1001 pictures a second', rate: '30000/1001', filter: 'null', frames: 210 },
  { what: 'a first picture that comes late', rate: '25', filter: 'setpts=PTS+0.48/TB', frames: 175 },
  // Every third picture is shown twice as long: 20 pictures a second on average, off any grid.
  { what: 'a variable rate', rate: '30', filter: "select='mod(n,3)',setpts=PTS+0.004*mod(N\\,2)/TB", frames: null },
  { what: 'interlaced pictures', rate: '25', filter: 'interlace=scan=tff:lowpass=off', frames: null },
] as const;

for (const { what, rate, filter, frames } of sources) {
  test(`chunks of a film with ${what} join to what one encode makes: count, times and pictures`, async () => {
    const folder = await temporaryFolder();
    const film = join(folder, 'film.mkv');
    const interlaced = filter.startsWith('interlace') ? ['-flags', '+ildct+ilme', '-x264-params', 'tff=1'] : [];
    await ffmpeg(
      ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=${rate}:d=7`, '-vf', filter, '-fps_mode', 'passthrough'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-qp', '10', ...interlaced, film],
    );
    const whole = await encode(film, join(folder, 'whole'), null);
    const chunked = await encode(film, join(folder, 'chunked'), 2);

    const [one, several] = [await frameTimes(whole), await frameTimes(chunked)];
    expect(several).toEqual(one);
    if (frames !== null) expect(one).toHaveLength(frames);
    const steps = several.slice(1).map((time, i) => time - (several[i] ?? 0));
    // Never more than half a frame off the grid; here never off it at all, but for the probe's microseconds.
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(2e-5);
    expect(await leastPsnr(whole, chunked, folder)).toBeGreaterThan(samePictureDb);
  });
}

async function encode(input: string, outDir: string, chunkSec: number | null): Promise<string> {
  await mkdir(outDir);
  const result = await encodeJob({
    input,
    outDir,
    profile: profile.parse({
      name: 'joins',
      title: 'Joins',
      container: 'mp4',
      video: {
        ladder: [{ width: 320, height: 180, bitrateBps: null }],
        encoders: ['libx264'],
        rateControl: { mode: 'crf', crf: 16 },
        // B-frames and lookahead, as in a real encode.
        preset: 'fast',
        gopSec: 0.5,
      },
      audio: { tracks: [] },
      segment: { durationSec: 1 },
    }),
    options: { chunkSec, acceptTruncated: false, overwrite: false, dataDir: join(outDir, 'data') },
    tools: await thisFfmpeg(),
    clock: systemClock,
    log: silentLogger,
    signal: new AbortController().signal,
    onEvent: () => {},
    encrewVersion: '0.0.0',
  });
  expect(result).toMatchObject({ state: 'completed', error: null });
  return join(outDir, 'film.mp4');
}

const frameList = z.object({ frames: z.array(z.object({ best_effort_timestamp_time: z.coerce.number() })) });

async function frameTimes(path: string): Promise<number[]> {
  const answer = await ffprobeJson(path, '-select_streams', 'v', '-show_entries', 'frame=best_effort_timestamp_time');
  return frameList.parse(answer).frames.map((frame) => frame.best_effort_timestamp_time);
}

/** The worst picture of two films, laid upon each other by their place in the film. */
async function leastPsnr(a: string, b: string, folder: string): Promise<number> {
  const stats = join(folder, 'psnr.txt');
  await ffmpeg('-i', a, '-i', b, '-lavfi', `psnr=stats_file=${stats}`, '-f', 'null', '-');
  const values = [...(await readFile(stats, 'utf8')).matchAll(/psnr_avg:(\S+)/g)].map(([, value]) =>
    value === 'inf' ? 100 : Number(value),
  );
  expect(values.length).toBeGreaterThan(0);
  return Math.min(...values);
}
