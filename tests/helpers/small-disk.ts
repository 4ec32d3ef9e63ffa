import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdtemp, realpath, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

/** Mounting asks for rights that a container or a user may not have. */
export const canMount = mountsAnything();

/** A disk of its own of `sizeKb`, gone with the test, or whatever `onEnd` ends with. Only where `canMount`. */
export async function smallDisk(
  sizeKb: number,
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'encrew-disk-')));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'encrew-test', folder]);
  onEnd(async () => {
    await run('umount', ['-l', folder]);
    await rmdir(folder);
  });
  return folder;
}

/** Makes so much room on it beside what is there. */
export async function makeRoom(disk: string, freeKb: number): Promise<void> {
  const resize = async (): Promise<boolean> => {
    const { bsize, blocks, bfree } = await statfs(disk);
    const usedKb = Math.ceil((bsize * (blocks - bfree)) / 1024);
    return run('mount', ['-o', `remount,size=${usedKb + freeKb}k`, disk]).then(
      () => true,
      () => false,
    );
  };
  // Whoever writes at that moment may need more than was counted.
  await waitUntil(`the disk has ${freeKb} kB free`, resize);
}

/** Nobody, not even root, can write on it any more. */
export async function makeReadOnly(disk: string): Promise<void> {
  await run('mount', ['-o', 'remount,ro', disk]);
}

function mountsAnything(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'encrew-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'encrew-test', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
