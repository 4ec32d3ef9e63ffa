import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodeHands } from '#main/app/node-hands.ts';
import { systemClock } from '#main/platform/clock.ts';
import { claimFolder, isClaimed } from '#main/platform/folder-claim.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { processIdentity } from '#main/platform/process-identity.ts';
import { ensureSpace } from '#main/stages/space.ts';
import { openStaging } from '#main/stages/staging.ts';
import { openWorkFolder, pruneWorkFolders, removeWorkFolder } from '#main/stages/work-folder.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

const nowMs = Date.UTC(2026, 0, 15);
const dayMs = 24 * 60 * 60_000;

/** Leaves a claim as another process would. */
async function claimAs(folder: string, owner: { pid: number; identity: string; host?: string }): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `owner-${owner.pid}.json`), JSON.stringify({ host: hostname(), ...owner }));
}

async function livingProcess(): Promise<{ pid: number; identity: string }> {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return { pid, identity: (await processIdentity(pid)) ?? '' };
}

const gone = { pid: 4_000_001, identity: '1' };

describe('a claim', () => {
  test('is one process’s alone until it is released', async () => {
    const folder = await temporaryFolder();
    const first = await claimFolder(folder);
    expect([first.ok, (await claimFolder(folder)).ok, await isClaimed(folder)]).toEqual([true, false, true]);
    if (first.ok) await first.release();
    expect([await isClaimed(folder), await readdir(folder)]).toEqual([false, []]);
    const again = await claimFolder(folder);
    expect(again.ok).toBe(true);
    if (again.ok) await again.release();
  });

  test('of a living process holds', async () => {
    const folder = await temporaryFolder();
    const owner = await livingProcess();
    await claimAs(folder, owner);
    expect(await claimFolder(folder)).toEqual({ ok: false, holder: { ...owner, host: hostname() } });
    expect(await readdir(folder)).toEqual([`owner-${owner.pid}.json`]);
  });

  test('of a process that is gone, or whose pid is another’s now, is taken over', async () => {
    const folder = await temporaryFolder();
    const { pid } = await livingProcess();
    await claimAs(folder, gone);
    await claimAs(folder, { pid, identity: 'an earlier process' });
    expect((await claimFolder(folder)).ok).toBe(true);
    expect(await readdir(folder)).toEqual([`owner-${process.pid}.json`]);
  });

  test('of another machine is believed', async () => {
    const folder = await temporaryFolder();
    await claimAs(folder, { ...gone, host: 'elsewhere' });
    expect((await claimFolder(folder)).ok).toBe(false);
  });
});

describe('a work folder', () => {
  test('keeps what an earlier run finished, and nothing half-made', async () => {
    const data = await temporaryFolder();
    await mkdir(join(data, 'work/key/video-0000'), { recursive: true });
    await mkdir(join(data, 'work/key/video-0001.partial'));
    const work = await openWorkFolder(data, 'key', nowMs);
    expect(await readdir(work.path)).toEqual([`owner-${process.pid}.json`, 'video-0000']);
    await expect(openWorkFolder(data, 'key', nowMs)).rejects.toMatchObject({ code: 'busy' });
    await work.keep();
    expect(await readdir(work.path)).toEqual(['video-0000']);
    await (await openWorkFolder(data, 'key', nowMs)).remove();
    expect(await readdir(join(data, 'work'))).toEqual([]);
  });

  test('that nobody used for a week is removed, unless somebody works in it', async () => {
    const data = await temporaryFolder();
    const owner = await livingProcess();
    await claimAs(join(data, 'work/busy'), owner);
    for (const [name, ageMs] of Object.entries({ busy: 8 * dayMs, old: 8 * dayMs, young: 6 * dayMs })) {
      await mkdir(join(data, 'work', name, 'video-0000'), { recursive: true });
      await utimes(join(data, 'work', name), (nowMs - ageMs) / 1000, (nowMs - ageMs) / 1000);
    }
    await pruneWorkFolders(data, nowMs);
    expect((await readdir(join(data, 'work'))).sort()).toEqual(['busy', 'young']);
  });
});

describe('a staging folder', () => {
  test('lies in the output folder, and goes with all that was made for it', async () => {
    const folder = await temporaryFolder();
    const staging = await openStaging(join(folder, 'a/b'), 'key', nowMs);
    await writeFile(join(staging.path, 'half.ts'), 'half');
    expect(staging.path).toBe(join(folder, 'a/b/.encrew-staging-key'));
    await staging.remove();
    expect(await readdir(folder)).toEqual([]);
  });

  test('goes alone where something else came into the output folder', async () => {
    const folder = await temporaryFolder();
    const staging = await openStaging(join(folder, 'a/b'), 'key', nowMs);
    await writeFile(join(folder, 'a/theirs'), '');
    await staging.remove();
    expect(await readdir(folder, { recursive: true })).toEqual(['a', 'a/theirs']);
  });

  test('of a dead process is removed by the next one, of a living one not', async () => {
    const out = await temporaryFolder();
    const living = await livingProcess();
    await claimAs(join(out, '.encrew-staging-dead'), gone);
    await claimAs(join(out, '.encrew-staging-living'), living);
    await mkdir(join(out, '.encrew-staging-dead/Film'));
    await mkdir(join(out, 'Film'));
    const staging = await openStaging(out, 'mine', nowMs);
    expect((await readdir(out)).sort()).toEqual(['.encrew-staging-living', '.encrew-staging-mine', 'Film']);
    await staging.remove();
    await expect(openStaging(out, 'living', nowMs)).rejects.toMatchObject({ code: 'busy' });
  });

  test('can not be where a file is', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'out'), 'a file');
    await expect(openStaging(join(folder, 'out'), 'key', nowMs)).rejects.toMatchObject({ code: 'target-taken' });
    await expect(openStaging(join(folder, 'out/in'), 'key', nowMs)).rejects.toMatchObject({ code: 'target-taken' });
  });

  test.skipIf(!canMount)('can not be on a read-only disk, nor on a full one', async () => {
    const readOnly = await smallDisk(64);
    await makeReadOnly(readOnly);
    await expect(openStaging(readOnly, 'key', nowMs)).rejects.toMatchObject({
      code: 'permission',
      message: `${readOnly} can't be written: the disk is read-only. Choose another`,
    });
    const full = await smallDisk(64);
    await writeFile(join(full, 'filler'), new Uint8Array(64 * 1024)).catch(() => {});
    await expect(openStaging(full, 'key', nowMs)).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readdir(full)).toEqual(['filler']);
  });
});

test.skipIf(!canMount)('what is needed on one disk is added up before a job begins', async () => {
  const disk = await smallDisk(1_000);
  const needs = (bytes: number) => [
    { path: join(disk, 'work'), neededBytes: bytes },
    { path: join(disk, 'out'), neededBytes: bytes },
  ];
  await ensureSpace(needs(400_000));
  await expect(ensureSpace(needs(600_000))).rejects.toMatchObject({ code: 'disk-full' });
});

test('a job’s folder that only other nodes filled goes with the job, but not from under who works in it', async () => {
  const dataDir = await temporaryFolder();
  const work = join(dataDir, 'work');
  await mkdir(join(work, 'filled', 'video-0000'), { recursive: true });
  const held = await openWorkFolder(dataDir, 'held', nowMs);
  const tools = await thisFfmpeg();
  const hands = nodeHands({ dataDir, tools, clock: systemClock, log: silentLogger, encrewVersion: '0' });
  await hands.forget({ folderKey: 'filled', keepParts: true });
  expect((await readdir(work)).sort()).toEqual(['filled', 'held']);
  await hands.forget({ folderKey: 'filled', keepParts: false });
  await removeWorkFolder(dataDir, 'held');
  await removeWorkFolder(dataDir, 'never-there');
  expect(await readdir(work)).toEqual(['held']);
  await held.remove();
});
