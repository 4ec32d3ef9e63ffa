import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneLogs } from '#main/app/prune-logs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const dayMs = 86_400_000;

test('old logs of jobs go, young ones and what is no log stay', async () => {
  const data = await temporaryFolder();
  const nowMs = Date.parse('2026-01-31T12:00:00Z');
  await mkdir(join(data, 'logs', 'jobs'), { recursive: true });
  const ages = { 'old.log': 91, 'young.log': 89, 'old.txt': 91, 'jobs/old.log': 91, 'jobs/young.log': 0 };
  for (const [name, days] of Object.entries(ages)) {
    const path = join(data, 'logs', name);
    await writeFile(path, 'x');
    await utimes(path, (nowMs - days * dayMs) / 1000, (nowMs - days * dayMs) / 1000);
  }
  expect(await pruneLogs(data, nowMs, 90 * dayMs)).toBe(2);
  expect((await readdir(join(data, 'logs'), { recursive: true })).sort()).toEqual([
    'jobs',
    'jobs/young.log',
    'old.txt',
    'young.log',
  ]);
  expect(await pruneLogs(join(data, 'nothing here'), nowMs, 0)).toBe(0);
});
