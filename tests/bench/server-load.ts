import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { jobList } from '#shared/protocol/jobs.ts';
import { startBenchServer, withQueue } from './bench-server.ts';
import { largeQueue } from './big-queue.ts';
import { p95, timesMs } from './percentile.ts';
import type { Figure } from './report.ts';

const perSecond = 100;
const seconds = Number(process.env['ENCREW_BENCH_SECONDS'] ?? 60);

/** Row 8 of design section 6: the memory of a server with 100,000 jobs, after it was asked for pages of them. */
export function serverMemory(): Promise<Figure> {
  return withQueue(largeQueue, async (dataDir) => {
    const server = await startBenchServer(dataDir);
    await timesMs(200, (i) => server.ask(`/jobs?limit=200&sort=${i % 2 === 0 ? 'queue' : '-updatedAt'}`));
    await delay(5_000);
    const value = (await server.residentBytes()) / 1e6;
    await server.kill();
    const detail = `resident set with ${largeQueue.queued} jobs queued, after 200 pages of 200 jobs and five seconds of rest`;
    return { name: 'server-memory', value, unit: 'MB', bound: 300, detail };
  });
}

/** The bar: back within three seconds of a kill, with 100,000 jobs queued and none of them lost. */
export function serverRestart(): Promise<Figure> {
  return withQueue(largeQueue, async (dataDir) => {
    const first = await startBenchServer(dataDir);
    const { total } = jobList.parse((await first.ask('/jobs?limit=1')).body);
    await first.kill();
    const second = await startBenchServer(dataDir);
    const after = jobList.parse((await second.ask('/jobs?limit=1')).body).total;
    await second.kill();
    if (after !== total) throw new Error(`${total - after} jobs were lost`);
    const detail = `from the start after kill -9 until it is ready, ${total} jobs`;
    return { name: 'server-restart', value: second.readyMs / 1000, unit: 's', bound: 3, detail };
  });
}

/** The bar: 100 jobs a second for a minute, none lost, also not by the kill -9 that follows. */
export async function submissions(print: (line: string) => void): Promise<Figure> {
  const films = await mkdtemp(join(tmpdir(), 'encrew-films-'));
  const count = perSecond * seconds;
  try {
    for (let i = 0; i < count; i += 1) await writeFile(join(films, `film ${i}.mkv`), `film ${i}`);
    // So many are being worked on that none of these is begun.
    return await withQueue({ ...largeQueue, queued: 0, done: 0 }, async (dataDir) => {
      const server = await startBenchServer(dataDir);
      const ids: string[] = [];
      const times: number[] = [];
      const began = performance.now();
      const submit = async (i: number): Promise<void> => {
        await delay(Math.max(0, began + (i * 1000) / perSecond - performance.now()));
        const asked = performance.now();
        const body = { input: join(films, `film ${i}.mkv`), profile: 'draft', outputDir: join(films, 'out') };
        const answer = await server.ask('/jobs', body);
        times.push(performance.now() - asked);
        if (answer.status === 201) ids.push(z.looseObject({ id: z.string() }).parse(answer.body).id);
      };
      await Promise.all(Array.from({ length: count }, (_, i) => submit(i)));
      const tookSec = (performance.now() - began) / 1000;
      print(`${ids.length} of ${count} answered with 201 in ${tookSec.toFixed(1)} s, p95 ${p95(times).toFixed(1)} ms`);
      await server.kill();
      const again = await startBenchServer(dataDir);
      let lost = count - ids.length;
      for (const id of ids) if ((await again.ask(`/jobs/${id}`)).status !== 200) lost += 1;
      await again.kill();
      const detail = `of ${count} submitted at ${perSecond} a second, then kill -9 and a new start`;
      return { name: 'submissions', value: lost, unit: 'jobs lost', bound: 0, detail };
    });
  } finally {
    await rm(films, { recursive: true, force: true });
  }
}
