import { expect, test } from 'vitest';
import { playInChromium } from '#tests/helpers/player.ts';
import { makeFilmParts, previewBench } from '#tests/helpers/preview-bench.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('hls.js in Chromium begins with the first chunk, goes on into one that is done later, and plays to the end', async () => {
  const parts = await makeFilmParts(await temporaryFolder(), 12, 4);
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000');
  const player = await playInChromium(new URL(`${bench.api.url}/api/v1/jobs/j/preview/`), 'master.m3u8');
  try {
    const { page, faults } = player;
    await page.waitForFunction('video.currentTime > 0.5');
    // From its beginning, not from where it ends so far.
    expect(await page.evaluate('video.played.start(0) < 0.5 && video.currentTime < 4')).toBe(true);
    // It comes to the end of what there is, and waits.
    await page.waitForFunction('video.currentTime > 3.5 && video.readyState < 3');
    expect(await page.evaluate('[video.ended, video.buffered.end(0) < 4.5]')).toEqual([false, true]);

    await bench.finish('video-0001');
    await page.waitForFunction('video.currentTime > 5');
    await bench.finish('video-0002');
    await page.waitForFunction('video.ended');
    expect(await page.evaluate('Math.abs(video.duration - 12) < 0.3 && video.currentTime > 11.5')).toBe(true);
    // What is buffered has pictures and sound both.
    const whole = 'video.buffered.length === 1 && video.buffered.start(0) < 0.2 && video.buffered.end(0) > 11.9';
    expect(await page.evaluate(`hls.audioTracks.length === 1 && ${whole}`)).toBe(true);
    expect(faults).toEqual([]);
  } finally {
    await player.close();
  }
});
