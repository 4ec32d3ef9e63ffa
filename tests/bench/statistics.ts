import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '#main/store/open-store.ts';
import { readStatistics } from '#main/store/statistics.ts';
import type { Figure } from './report.ts';

const jobs = 100_000;
const rounds = 9;
const monthMs = 30 * 24 * 60 * 60_000;

/** Milliseconds of the dashboard's figures with 100,000 jobs that all ended within 30 days; the median. */
export async function statisticsFigure(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    const store = await openStore(folder);
    store.sqlite.pragma('foreign_keys = OFF');
    const nowMs = Date.now();
    const job = store.sqlite.prepare(`INSERT INTO job
      (id, state, priority, rank, input, profileName, profileVersion, profileHash, outputDir, optionsJson, progress,
       findingsJson, attempt, mountsJson, createdAtMs, updatedAtMs, startedAtMs, finishedAtMs)
      VALUES (?, ?, 5, 0, ?, 'p', 1, 'h', '/out', '{}', 1, '[]', 1, '{}', ?, ?, ?, ?)`);
    const made = store.sqlite.prepare('INSERT INTO madePackage VALUES (?, ?, 5400.5, 3000000000)');
    store.sqlite.transaction(() => {
      for (let n = 0; n < jobs; n += 1) {
        const atMs = nowMs - Math.floor((n * monthMs) / jobs);
        job.run(`job-${n}`, n % 20 === 0 ? 'failed' : 'completed', `/films/${n}.mkv`, atMs, atMs, atMs - 60_000, atMs);
        if (n % 20 !== 0) made.run(`job-${n}`, atMs);
      }
    })();
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await readStatistics(store.db, nowMs);
      times.push(performance.now() - began);
    }
    await store.close();
    times.sort((a, b) => a - b);
    print(times.map((ms) => `${ms.toFixed(0)} ms`).join(', '));
    return {
      name: 'statistics',
      value: times[rounds >> 1] ?? Number.POSITIVE_INFINITY,
      unit: 'ms',
      bound: 200,
      detail: `all figures of the dashboard from ${jobs} jobs of the last 30 days; median of ${rounds}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
