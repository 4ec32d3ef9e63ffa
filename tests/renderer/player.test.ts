import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { testProfile } from '../helpers/encode-film.ts';
import { ffmpeg } from '../helpers/media-tools.ts';
import { house } from '../helpers/screens.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * Whoever pressed Play wants to see the film, whatever happens to its source meanwhile.
 */

const home = house();
const profile = testProfile('hls-anime', { segment: { type: 'fmp4', durationSec: 1 } });

/** A minute of 160x90 with sound. */
let film = '';
/** The job that has made a package of it. */
let made = '';
beforeAll(async () => {
  const { folder, server } = home();
  film = join(folder, 'minute.mkv');
  await ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=60', '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=60'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'flac', film],
  );
  made = await server().addJob({ input: film, outputDir: join(folder, 'shelf'), profile });
  await server().waitForState(made, 'completed');
}, 120_000);

/** What the film's element says; a film that nobody shows stands. */
function standing(page: Page): Promise<{ timeSec: number; isPaused: boolean }> {
  return page.evaluate(`(() => {
    const video = document.querySelector('video[data-side="package"]');
    return { timeSec: video?.currentTime ?? 0, isPaused: video?.paused ?? true };
  })()`);
}

async function playedSec(page: Page): Promise<number> {
  return (await standing(page)).timeSec;
}

/** Notes from now on where the film began to play, once for every source that it gets. */
async function noteBeginnings(page: Page): Promise<void> {
  await page.evaluate(`{
    window.beganAtSec = new Map();
    document.addEventListener('playing', ({ target: { dataset, currentSrc, currentTime } }) => {
      if (dataset.side === 'package' && !beganAtSec.has(currentSrc)) beganAtSec.set(currentSrc, currentTime);
    }, true);
  }`);
}

function beginningsSec(page: Page): Promise<number[]> {
  return page.evaluate('[...beganAtSec.values()]');
}

const plays = { timeout: 20_000 };

test('Play is heard in the very moment in which the film gets its source', async () => {
  const { page, faults } = await home().visit('/');
  await page.addInitScript(`{
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src');
    Object.defineProperty(HTMLMediaElement.prototype, 'src', { get, set(source) {
      document.querySelector('[aria-label="Play"]').click();
      set.call(this, source);
    } });
  }`);
  await page.goto(`/jobs/${made}`);
  await expect.poll(() => playedSec(page), plays).toBeGreaterThan(0.3);
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('a film that is read anew because a part of it was damaged plays on', async () => {
  const { page } = await home().visit('/');
  let isDamaged = false;
  await page.route(/video_.*0000\.m4s$/, async (route) => {
    if (isDamaged) return route.continue();
    isDamaged = true;
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    // The lengths that stand in it are of another film: only the browser finds that out.
    const body = await (await route.fetch()).body();
    return route.fulfill({ body: body.fill('damaged', body.indexOf('mdat') + 4) });
  });
  await page.goto(`/jobs/${made}`);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => playedSec(page), plays).toBeGreaterThan(0.3);
  expect(isDamaged).toBe(true);
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
});

test('who watches a film while it is made goes on watching when it is done, at the same place', async () => {
  const { folder, server, visit } = home();
  const id = await server().addJob({
    ...{ input: film, outputDir: join(folder, 'second'), profile, options: { chunkSec: 4 } },
  });
  await waitUntil('the first parts are done', async () => (await server().job(id)).preview !== null, 60_000);
  expect((await server().ask('POST', `/jobs/${id}/pause`)).status).toBe(200);
  const { page, faults } = await visit(`/jobs/${id}?tab=watch`);
  await noteBeginnings(page);
  await page.getByText('The film is still being made').waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => playedSec(page), plays).toBeGreaterThan(2.5);
  // The server has other work than to say how the job gets on: no reason to stop the film.
  let isBusy = true;
  const busy = page.waitForResponse((answer) => answer.status() === 503);
  await page.route(`**/api/v1/jobs/${id}`, (route) => {
    if (!isBusy) return route.continue();
    isBusy = false;
    return route.fulfill({ status: 503, json: { code: 'ENC-API-001', message: 'busy' } });
  });
  expect((await server().ask('POST', `/jobs/${id}/resume`)).status).toBe(200);
  await busy;
  await server().waitForState(id, 'completed');
  await page.getByText('The film is still being made').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Compare with the source' }).waitFor();
  await expect.poll(() => beginningsSec(page), plays).toHaveLength(2);
  const [first = 60, second = 0] = await beginningsSec(page);
  expect([first < 1, second > 2.5, (await standing(page)).isPaused]).toEqual([true, true, false]);
  expect(faults.filter((fault) => !fault.includes('503'))).toEqual([]);
}, 180_000);

test('a film whose source is gone plays on when its window is looked at again', async () => {
  await rm(film);
  const { page } = await home().visit(`/jobs/${made}`);
  await page.getByText('The source can').waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => playedSec(page), plays).toBeGreaterThan(0.3);
  await page.evaluate("window.watched = document.querySelector('video')");
  const again = page.waitForResponse(/\/source$/);
  await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
  await again;
  await page.getByText('The source can').waitFor();
  expect(await page.evaluate("document.querySelector('video') === watched && !watched.paused")).toBe(true);
});
