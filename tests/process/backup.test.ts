import { execFile } from 'node:child_process';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inspectStore } from '#main/store/inspect-store.ts';
import { storePath } from '#main/store/store-files.ts';
import { rowWriter } from '#tests/helpers/row-writer.ts';
import { dataWith, rowsIn, upTo } from '#tests/helpers/store-rows.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

type End = { code: number | null; stdout: string; stderr: string };

function encrew(...args: readonly string[]): Promise<End> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}

test('a backup made while another process writes has what was committed before, and nothing by halves', async () => {
  const [dataDir, home, elsewhere] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  const writer = rowWriter(dataDir);
  await writer.more(20);
  const told = writer.committed();
  const backup = join(home, 'backup.db');
  expect(await encrew('backup', backup, '--data', dataDir)).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^Backed up to \S+\/backup\.db \(\d+\.\d MiB\), and checked\.\n$/),
    stderr: '',
  });
  const after = writer.committed();
  await writer.more(5);
  expect(await readdir(home)).toEqual(['backup.db']);
  expect(inspectStore(backup, 'whole', null)).toMatchObject({ ok: true });
  expect(await encrew('restore', backup, '--data', elsewhere)).toEqual({
    code: 0,
    stdout: `Restored ${backup} to ${elsewhere}.\nJobs, users, tokens and passwords are as they were then.\n`,
    stderr: '',
  });
  const rows = await rowsIn(elsewhere);
  expect(rows).toEqual(upTo(rows.length));
  expect(rows.length).toBeGreaterThanOrEqual(told);
  // It wrote on meanwhile.
  expect(after).toBeGreaterThan(told);
});

test('from a damaged database back to the newest backup, as the server’s own words say', async () => {
  const dataDir = await dataWith(50);
  const backup = join(await temporaryFolder(), 'b.db');
  expect((await encrew('backup', backup, '--data', dataDir)).code).toBe(0);
  expect(await encrew('backup', backup, '--data', dataDir)).toEqual({
    code: 2,
    stdout: '',
    stderr: `encrew: ${backup} is there already: choose another name, or replace a file with --overwrite\n`,
  });
  await truncate(storePath(dataDir), 9_000);
  const refused = await encrew('backup', backup, '--data', dataDir, '--overwrite');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(
    /^encrew: the database \S+ is damaged \(.+\) and was left as it is: there is no backup in \S+; if you have one elsewhere: encrew restore FILE --data \S+\n$/,
  );
  const restored = await encrew('restore', backup, '--data', dataDir);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toMatch(/\nThe database that was there is \S+\/encrew\.db\.before-restore-\d{8}T\d{9}Z\.\n/);
  expect(await rowsIn(dataDir)).toEqual(upTo(50));
});

test('a restore of what is not there is refused in one line', async () => {
  const dataDir = await temporaryFolder();
  expect(await encrew('restore', join(dataDir, 'none.db'), '--data', dataDir)).toEqual({
    code: 2,
    stdout: '',
    stderr: `encrew: there is no file ${join(dataDir, 'none.db')}\n`,
  });
});
