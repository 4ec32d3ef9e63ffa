import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { encrew, treeOf } from '#tests/helpers/encrew-process.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { pacedFfmpeg } from '#tests/helpers/paced-ffmpeg.ts';
import { commandLines } from '#tests/helpers/process-table.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const logLine = z.object({ message: z.string(), task: z.string().optional() });

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

let stock = '';
let film = '';
beforeAll(async () => {
  stock = await newFolder();
  film = join(stock, 'film.mkv');
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12'];
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=12:d=30', ...coding, film);
});
afterAll(() => rm(stock, { recursive: true, force: true }));

/** Chunks of the one job in `data`, finished and unfinished. */
async function chunkNames(data: string): Promise<string[]> {
  const names = (await readdir(data, { recursive: true }).catch(() => [])).map((name) => basename(name));
  return names.filter((name) => name.startsWith('video-'));
}

/*
 * A terminal sends Ctrl-C to everything that runs in it, so FFmpeg is hit together with Encrew, and what it leaves must not
 * pass for a finished chunk.
 */
test('Ctrl-C in a terminal leaves no FFmpeg, no half package and a way to go on', async () => {
  const [out, data] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(out, 'mine.txt'), 'mine');
  const before = await treeOf(out);
  const command = ['encode', film, '--out', out, '--profile', 'draft', '--chunk', '5', '--data', data, '--json'];
  const child = spawn(process.execPath, [entry, ...command], {
    ...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, ...pacedFfmpeg(5) },
  });
  const told = Promise.all([text(child.stdout), text(child.stderr)]);
  const exited = once(child, 'exit');
  await waitUntil('a chunk is done and another begun', async () => {
    const names = await chunkNames(data);
    return names.some((name) => /^video-\d+$/.test(name)) && names.some((name) => name.endsWith('.partial'));
  });
  process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
  const [code] = await exited;
  const [stdout, stderr] = await told;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', output: null, error: expect.stringMatching(/^stopped/) });
  expect(stderr.match(/^encrew: .*$/gm)?.at(-1)).toBe('encrew: stopped by SIGINT');
  expect((await commandLines()).filter((line) => line.includes(stock))).toEqual([]);
  expect(await treeOf(out)).toEqual(before);
  const finished = await chunkNames(data);
  expect(finished.length).toBeGreaterThan(0);
  expect(finished.filter((name) => !/^video-\d+$/.test(name))).toEqual([]);

  const again = await encrew(command, stock);
  expect([again.code, again.results.map(({ state }) => state)]).toEqual([0, ['completed']]);
  expect(again.results[0]?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect((await readdir(out)).sort()).toEqual(['film', 'mine.txt']);
  expect((await resumedTasks(data)).filter((task) => task.startsWith('video-'))).toEqual(finished.sort());
});

/** Tasks that the logs in `data` tell as found done. */
async function resumedTasks(data: string): Promise<string[]> {
  const logs = (await readdir(join(data, 'logs'), { recursive: true })).filter((name) => name.endsWith('.log'));
  const lines = (await Promise.all(logs.map((name) => readFile(join(data, 'logs', name), 'utf8')))).join('');
  const told = lines.split('\n').flatMap((line) => (line === '' ? [] : [logLine.parse(JSON.parse(line))]));
  return told.flatMap(({ message, task }) => (message === 'done already by an earlier run' ? [task ?? ''] : [])).sort();
}
