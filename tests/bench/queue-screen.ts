import type { Page } from 'playwright-core';
import { z } from 'zod';
import { launchChromium, owner } from '#tests/helpers/screens.ts';
import { startBenchServer, withQueue } from './bench-server.ts';
import { largeQueue } from './big-queue.ts';
import type { Figure } from './report.ts';

/*
 * What a person sees of 100,000 jobs, in real Chromium: how soon the first of them are there, and how smoothly the list scrolls.
 */

const visits = 5;
const scrollSec = 6;
/** Faster than anybody reads: a row is 56 pixels high, so 70 rows go by in a second. */
const pixelsPerSec = 4_000;

/** Issue 5's bar: the first rows are there within a second of the navigation, their scripts in the browser's cache. */
export function queueFirstPaint(print: (line: string) => void): Promise<Figure> {
  return withQueueScreen(async (page) => {
    const times: number[] = [];
    const workMs: number[] = [];
    const worked = await mainThread(page);
    for (let visit = 0; visit < visits; visit += 1) {
      // Nobody comes while the server still counts for the page before, which is the last that it asks.
      await page.getByText(/^Queued [\d,]+$/).waitFor();
      await page.reload({ waitUntil: 'commit' });
      times.push(await firstRowMs(page));
      // A document of its own each time: counted from its begin.
      workMs.push((await worked()).allMs);
    }
    times.sort((a, b) => a - b);
    workMs.sort((a, b) => a - b);
    print(`first rows after ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    print(`of which the page's own thread worked ${workMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    const detail = `from the navigation to the first row of ${largeQueue.queued} queued, the median of ${visits}`;
    return {
      name: 'queue-first-paint',
      value: times[Math.floor(visits / 2)] ?? Infinity,
      unit: 'ms',
      bound: 1_000,
      detail,
    };
  });
}

/** Issue 5's bar: 50 frames a second while the list is scrolled. */
export function queueScrolling(print: (line: string) => void): Promise<Figure> {
  return withQueueScreen(async (page) => {
    await firstRowMs(page);
    const worked = await mainThread(page);
    const before = await worked();
    const gapsMs = z.array(z.number()).parse(await page.evaluate(scrolling));
    const after = await worked();
    const aFrame = (name: keyof Work): string => ((after[name] - before[name]) / gapsMs.length).toFixed(1);
    print(
      `the page's own thread worked ${aFrame('allMs')} ms a frame: scripts ${aFrame('scriptMs')} ms, layout ${aFrame('layoutMs')} ms`,
    );
    const spentMs = gapsMs.reduce((sum, gap) => sum + gap, 0);
    const slow = gapsMs.filter((gap) => gap > 50).length;
    print(
      `${gapsMs.length} frames, ${slow} of them after more than 50 ms, the longest after ${Math.max(...gapsMs).toFixed(0)} ms`,
    );
    const value = (1000 * gapsMs.length) / spentMs;
    const detail = `while ${scrollSec} s of ${pixelsPerSec} pixels a second go by, all rows read as they come`;
    return { name: 'queue-scrolling', value, unit: 'frames/s', bound: 50, isFloor: true, detail };
  });
}

function withQueueScreen(work: (page: Page) => Promise<Figure>): Promise<Figure> {
  return withQueue(largeQueue, async (dataDir) => {
    const server = await startBenchServer(dataDir);
    const browser = await launchChromium();
    try {
      const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 800 } });
      const made = await context.request.post('/api/v1/setup', { data: owner });
      if (made.status() !== 201) throw new Error(`the owner could not be made: ${made.status()}`);
      const page = await context.newPage();
      await page.goto('/queue');
      await firstRowMs(page);
      return await work(page);
    } finally {
      await browser.close();
      await server.kill();
    }
  });
}

/** Time of the processor, which other work of this machine lengthens less than the time of the clock. */
type Work = { allMs: number; scriptMs: number; layoutMs: number };

/** Asks how long the thread of the page's scripts, layout and paint has worked since its document began. */
async function mainThread(page: Page): Promise<() => Promise<Work>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const msOf = (name: string): number => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? NaN);
    return {
      allMs: msOf('TaskDuration'),
      scriptMs: msOf('ScriptDuration'),
      layoutMs: msOf('LayoutDuration') + msOf('RecalcStyleDuration'),
    };
  };
}

/** Milliseconds from the navigation to the frame that shows the first row. */
async function firstRowMs(page: Page): Promise<number> {
  return z.number().parse(await page.evaluate(rowIsThere));
}

/** In the page. Text, since the page's policy lets nobody else turn text into code. */
const rowIsThere = `new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('.queue-row .queue-name') !== null) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})`;

/** In the page: scrolls by each frame's share, and answers how long each took. */
const scrolling = `new Promise((resolve) => {
  const gaps = [];
  const begin = performance.now();
  let last = begin;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    window.scrollTo({ top: ((now - begin) / 1000) * ${pixelsPerSec}, behavior: 'instant' });
    if (now - begin < ${scrollSec * 1000}) requestAnimationFrame(frame);
    else resolve(gaps.slice(1));
  };
  requestAnimationFrame(frame);
})`;
