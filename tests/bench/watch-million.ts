import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakeContext } from '#main/intake/intake-context.ts';
import { openScan } from '#main/intake/scan.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { knownFilePage } from '#main/store/known-file-page.ts';
import { countFiles } from '#main/store/known-files.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { addWatchFolder, findWatchFolder } from '#main/store/watch-folders.ts';
import { watchRules } from '#shared/model/watch-folder.ts';
import type { Figure } from './report.ts';

const realFiles = 50_000;
const knownFiles = 1_000_000;

/**
 * Scans a real folder of 50,000 films, half of them in one folder, new and unchanged, and reads pages of a watch folder of a
 * million known files. The figure is the slowest page.
 */
export async function watchMillion(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  const store = await openStore(join(folder, 'data'));
  try {
    await scans(store, folder, print);
    const slowestMs = await pages(store, folder, print);
    const detail = `the median of five of the slowest kind of page, of ${knownFiles} files`;
    return { name: 'page of known files', value: slowestMs, bound: 200, unit: 'ms', detail };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function scans({ db }: Store, folder: string, print: (line: string) => void): Promise<void> {
  const root = join(folder, 'in');
  for (let i = 0; i < realFiles; i += 1) {
    const inner = i % 2 === 0 ? 'flat' : `show ${i % 500}`;
    if (i < 1000) await mkdir(join(root, inner), { recursive: true });
    await writeFile(join(root, inner, `film ${i}.mkv`), '');
  }
  await watch({ db }, 'w1', root);
  for (const what of ['new', 'unchanged']) {
    const before = performance.now();
    const peakMb = await scanOnce(db, 'w1');
    const seconds = (performance.now() - before) / 1000;
    const perSecond = Math.round(realFiles / seconds);
    print(
      `scan of ${realFiles} ${what} files: ${seconds.toFixed(1)} s, ${perSecond} a second, heap ${peakMb} MB at most`,
    );
  }
}

/** Answers the largest heap, megabytes. */
async function scanOnce(db: Store['db'], id: string): Promise<number> {
  const context: IntakeContext = {
    ...{ db, clock: systemClock, log: silentLogger },
    addJob: async () => ({ ok: false, code: 'refused' }),
    inputMoved: async () => {},
  };
  const watched = await findWatchFolder(db, id);
  if (watched === null) throw new Error(`there is no watch folder ${id}`);
  const scan = openScan(context, watched, { isRootThere: async () => true });
  let peakBytes = 0;
  while ((await scan.step(new AbortController().signal)) === 'more') {
    peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
  }
  return Math.round(peakBytes / 1e6);
}

async function pages(store: Store, folder: string, print: (line: string) => void): Promise<number> {
  const { db, sqlite } = store;
  await watch(store, 'w2', join(folder, 'known'));
  const insert = sqlite.prepare(
    `INSERT INTO knownFile (watchFolderId, path, sizeBytes, modifiedMs, fingerprint, state, jobId, isCopy, seenAtMs)
     VALUES ('w2', ?, 1, 1, ?, ?, NULL, 0, 1)`,
  );
  sqlite.transaction(() => {
    for (let i = 0; i < knownFiles; i += 1) {
      const path = `Shows/A show of some length (${i % 5000})/Season ${i % 9}/An episode of it - S01E${i} - 1080p.mkv`;
      insert.run(path, String(i).padStart(64, '0'), i % 100_000 === 0 ? 'unusable' : 'done');
    }
  })();
  const asks = {
    'first page': () => knownFilePage(db, 'w2', {}, { limit: 200, after: null }),
    'page in the middle': () => knownFilePage(db, 'w2', {}, { limit: 200, after: { value: 'Shows/M', id: 0 } }),
    'page of a common state': () => knownFilePage(db, 'w2', { state: 'done' }, { limit: 200, after: null }),
    'page of a rare state': () => knownFilePage(db, 'w2', { state: 'unusable' }, { limit: 200, after: null }),
    'search for one film': () => knownFilePage(db, 'w2', { search: 'S01E777777 ' }, { limit: 200, after: null }),
    'search for nothing there': () => knownFilePage(db, 'w2', { search: 'zebra' }, { limit: 200, after: null }),
    'search for a common word': () => knownFilePage(db, 'w2', { search: 'season' }, { limit: 200, after: null }),
    'search in a state': () => knownFilePage(db, 'w2', { state: 'done', search: '77777' }, { limit: 200, after: null }),
    'counts by state': () => countFiles(db, 'w2'),
  };
  let slowestMs = 0;
  for (const [what, ask] of Object.entries(asks)) {
    const took: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const before = performance.now();
      await ask();
      took.push(performance.now() - before);
    }
    const medianMs = took.sort((a, b) => a - b)[2] ?? 0;
    slowestMs = Math.max(slowestMs, medianMs);
    print(`${what}: ${medianMs.toFixed(0)} ms`);
  }
  return slowestMs;
}

async function watch({ db }: Pick<Store, 'db'>, id: string, path: string): Promise<void> {
  await addWatchFolder(db, {
    ...{ id, createdBy: null, nowMs: systemClock.nowMs() },
    rule: {
      ...{ path, name: id, enabled: true, profileId: null, profileName: 'draft', outputDir: '/nowhere' },
      ...{ afterwards: 'keep', moveDir: null, moveMount: null, rules: watchRules.parse({}) },
    },
  });
}
