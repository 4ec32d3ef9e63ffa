import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '#main/store/open-store.ts';
import { inspectStore } from '#main/store/inspect-store.ts';
import { storePath } from '#main/store/store-files.ts';
import { rowWriter } from '#tests/helpers/row-writer.ts';
import { rowsOf, upTo } from '#tests/helpers/store-rows.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** Pseudo-random whole numbers below `n`, the same each time (Lehmer). */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
}

async function copyStore(from: string, to: string, suffixes: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const suffix of suffixes) await copyFile(storePath(from) + suffix, storePath(to) + suffix);
}

describe.runIf(process.platform === 'linux')('what lies on the disk at a random moment', () => {
  test('opens, is sound, and holds every commit that was told and no half of one', async () => {
    const [dataDir, copies] = [await temporaryFolder(), await temporaryFolder()];
    const writer = rowWriter(dataDir);
    const roll = dice(20_260_101);
    const told: number[] = [];
    for (let i = 0; i < 25; i++) {
      await writer.more(1 + roll(12));
      await writer.freeze();
      told.push(writer.committed());
      await copyStore(dataDir, join(copies, `${i}`), ['', '-wal']);
      await copyStore(dataDir, join(copies, `${i}-shm`), ['', '-wal', '-shm']);
      writer.goOn();
    }
    writer.kill();
    await writer.ended;

    const lost: unknown[] = [];
    for (const name of await readdir(copies)) {
      const store = await openStore(join(copies, name));
      const rows = await rowsOf(store);
      await store.close();
      expect(inspectStore(store.path, 'whole', null)).toMatchObject({ ok: true });
      expect(rows).toEqual(upTo(rows.length));
      const wanted = told[Number.parseInt(name, 10)] ?? 0;
      if (rows.length < wanted) lost.push({ name, wanted, found: rows.length });
    }
    expect(lost).toEqual([]);
    expect(Math.max(...told)).toBeGreaterThan(50);
  });
});

test('a writer killed again and again loses nothing that it told', async () => {
  const dataDir = await temporaryFolder();
  for (const round of ['a', 'b', 'c']) {
    const writer = rowWriter(dataDir, round);
    await writer.more(30);
    writer.kill();
    await writer.ended;
    const store = await openStore(dataDir);
    const rows = await rowsOf(store, round);
    await store.close();
    expect(rows).toEqual(upTo(rows.length));
    expect(rows.length).toBeGreaterThanOrEqual(writer.committed());
  }
});

test('two processes write at once, beside this one, and each commit of theirs is there', async () => {
  const dataDir = await temporaryFolder();
  const writers = ['a', 'b'].map((name) => rowWriter(dataDir, name, 150));
  const store = await openStore(dataDir);
  for (const value of upTo(50)) {
    await store.db
      .insertInto('cursor')
      .values([
        { name: `own ${value}`, value },
        { name: `own ${value}.`, value },
      ])
      .execute();
    await writers[value % 2]?.more(1);
  }
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0]);
  expect(await rowsOf(store, 'a')).toEqual(upTo(150));
  expect(await rowsOf(store, 'b')).toEqual(upTo(150));
  expect(await rowsOf(store, 'own')).toEqual(upTo(50));
  await store.close();
});
