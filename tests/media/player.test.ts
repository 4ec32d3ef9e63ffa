import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeJob } from '#main/app/encode-job.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type Profile, profile } from '#shared/model/profile.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { type Player, playInChromium } from '#tests/helpers/player.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

const filmSec = 20;

for (const type of ['mpegts', 'fmp4'] as const) {
  test(`hls.js in Chromium plays a package of two chunks in ${type}: it seeks, changes rungs and tracks, and shows subtitles`, async () => {
    const folder = await temporaryFolder();
    const film = await makeFilm(folder);
    const master = await encode(film, folder, twoRungs(type));
    const player = await playInChromium(join(folder, 'out', 'film'), master);
    try {
      await playsFrom(player, 0);
      // Beyond the seam of the chunks, which lies at 12 s.
      await player.page.evaluate('video.currentTime = 15');
      await playsFrom(player, 15);

      expect(await player.page.evaluate('hls.levels.map((level) => level.height)')).toEqual([180, 360]);
      for (const [level, height] of [
        [0, 180],
        [1, 360],
      ] as const) {
        await player.page.evaluate(`hls.currentLevel = ${level}`);
        await player.page.waitForFunction(`video.videoHeight === ${height}`);
      }

      expect(await player.page.evaluate('hls.audioTracks.map(({ name, lang }) => [name, lang])')).toEqual([
        ['English', 'en'],
        ['Japanese', 'ja'],
      ]);
      await player.page.evaluate('hls.audioTrack = 1; video.currentTime = 3');
      await playsFrom(player, 3);

      await player.page.evaluate('hls.subtitleTrack = 0; video.currentTime = 5.2; video.pause()');
      await player.page.waitForFunction('[...video.textTracks].some((track) => track.activeCues?.length > 0)');
      const shown = '[...video.textTracks].flatMap((track) => [...(track.activeCues ?? [])]).map((cue) => cue.text)';
      expect(await player.page.evaluate(shown)).toEqual(['The second line']);

      await player.page.evaluate(`video.currentTime = ${filmSec - 1}; video.play()`);
      await player.page.waitForFunction('video.ended');
      expect(await player.page.evaluate('Math.abs(video.duration - 20) < 0.2')).toBe(true);
      expect(player.faults).toEqual([]);
    } finally {
      await player.close();
    }
  });
}

/** Time has to pass on the player's own clock. */
async function playsFrom({ page }: Player, startSec: number): Promise<void> {
  await page.waitForFunction(
    `!video.seeking && video.currentTime > ${startSec + 0.5} && video.currentTime < ${startSec + 6}`,
  );
}

async function makeFilm(folder: string): Promise<string> {
  const words = join(folder, 'words.srt');
  await writeFile(
    words,
    '1\n00:00:01,000 --> 00:00:03,000\nThe first line\n\n2\n00:00:05,000 --> 00:00:07,000\nThe second line\n',
  );
  const film = join(folder, 'film.mkv');
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=30000/1001:d=${filmSec}`],
    ...['-f', 'lavfi', '-i', `sine=f=440:d=${filmSec}`, '-f', 'lavfi', '-i', `sine=f=880:d=${filmSec}`, '-i', words],
    ...[
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      '-map',
      '3',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-c:a',
      'aac',
      '-c:s',
      'srt',
      '-c:s',
      'srt',
    ],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=jpn', '-metadata:s:s:0', 'language=eng', film],
  );
  return film;
}

function twoRungs(type: 'mpegts' | 'fmp4'): Profile {
  return profile.parse({
    name: 'two-rungs',
    title: 'Two rungs',
    container: 'hls',
    video: {
      ladder: [
        { width: 640, height: 360, bitrateBps: 900_000 },
        { width: 320, height: 180, bitrateBps: 300_000 },
      ],
      encoders: ['libx264'],
      rateControl: { mode: 'capped-crf', crf: 24 },
      // B-frames, which a careless packager parts from the sound.
      preset: 'veryfast',
    },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 96_000 }], languages: ['eng', 'jpn'] },
    segment: { type, durationSec: 4 },
  });
}

async function encode(input: string, folder: string, recipe: Profile): Promise<string> {
  const result = await encodeJob({
    input,
    outDir: join(folder, 'out'),
    profile: recipe,
    options: { chunkSec: 12, acceptTruncated: false, overwrite: false, dataDir: join(folder, 'data') },
    tools: await thisFfmpeg(),
    clock: systemClock,
    log: silentLogger,
    signal: new AbortController().signal,
    onEvent: () => {},
    encrewVersion: '0.0.0',
  });
  expect(result).toMatchObject({ state: 'completed', findings: [], error: null });
  return 'film.m3u8';
}
