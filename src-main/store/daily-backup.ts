import { fork } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Clock } from '#main/platform/clock.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { backupFolder, ownBackups, sizeOf, storePath } from './store-files.ts';

export type DailyBackup =
  | { made: true; path: string; sizeBytes: number }
  /** The last one is younger than a day. */
  | { made: false; because: 'not-due' }
  /** Called off. */
  | { made: false; because: 'stopped' }
  /** Tell somebody: `damaged` is of the database itself. */
  | { made: false; because: 'failed'; where: 'source' | 'target'; fault: string; detail: string };

export type DailyBackupOptions = { dataDir: string; clock: Clock; signal: AbortSignal; keep?: number };

const dayMs = 86_400_000;
const keptBackups = 7;

/**
 * Backs the database of a running server up to `{data}/backups`, once a day, in a process of its own. Only after that was
 * done, and the copy was found whole, the oldest of more than `keep` such backups goes: damage never pushes good ones out.
 */
export async function backUpDaily(options: DailyBackupOptions): Promise<DailyBackup> {
  const { dataDir, clock, signal, keep = keptBackups } = options;
  const nowMs = clock.nowMs();
  const lastMs = await lastDailyBackupMs(dataDir, nowMs);
  if (lastMs !== null && nowMs - lastMs < dayMs) return { made: false, because: 'not-due' };

  const source = storePath(dataDir);
  const neededBytes = ((await sizeOf(source)) ?? 0) + ((await sizeOf(`${source}-wal`)) ?? 0);
  const { freeBytes } = await freeSpace(dataDir);
  // Never the last room on the disk: jobs need it more.
  if (freeBytes < 2 * neededBytes) {
    const detail = `${freeBytes} bytes are free, and ${2 * neededBytes} should be`;
    return { made: false, because: 'failed', where: 'target', fault: 'disk-full', detail };
  }
  await makeFolders(backupFolder(dataDir));
  const path = join(backupFolder(dataDir), nameAt(nowMs));
  const written = await backUpAside(source, path, signal);
  if (written === null) return { made: false, because: 'stopped' };
  if (!written.ok) {
    const { where, fault, detail } = written;
    return { made: false, because: 'failed', where, fault, detail };
  }
  await removeOldest(dataDir, path, keep);
  return { made: true, path, sizeBytes: written.sizeBytes };
}

const childFile = fileURLToPath(new URL('backup-child.ts', import.meta.url));

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), sizeBytes: z.number() }),
  z.object({ ok: z.literal(false), where: z.enum(['source', 'target']), fault: z.string(), detail: z.string() }),
]);

/** `writeBackup` in a process of its own, which never keeps this one waiting; null when it was called off. */
async function backUpAside(
  source: string,
  target: string,
  signal: AbortSignal,
): Promise<z.infer<typeof answer> | null> {
  if (signal.aborted) return null;
  const child = fork(childFile, [source, target], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said = `${said}${data.toString()}`.slice(-2_000);
  });
  let told: unknown = null;
  child.once('message', (message) => {
    told = message;
  });
  const ended = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, by) => resolve(`it ended with ${code ?? by}`));
  });
  signal.removeEventListener('abort', stop);
  const parsed = answer.safeParse(told);
  if (parsed.success) return parsed.data;
  await removePartials(target);
  return signal.aborted
    ? null
    : { ok: false, where: 'target', fault: 'backup-process', detail: `${ended}: ${said.trim()}` };
}

/** What a process that was killed left of a backup. */
async function removePartials(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    if (name.startsWith(`${basename(target)}.`) && name.includes('.partial'))
      await rm(join(dirname(target), name), { force: true });
  }
}

async function removeOldest(dataDir: string, made: string, keep: number): Promise<void> {
  const others = (await dailyBackups(dataDir)).filter(({ path }) => path !== made);
  const old = others.sort((a, b) => b.madeAtMs - a.madeAtMs).slice(Math.max(0, keep - 1));
  for (const { path } of old) await rm(path, { force: true });
  if (old.length > 0) await flushToDisk(backupFolder(dataDir));
}

/** `encrew-20260102T030405Z.db`. Other backups in the folder are somebody's, and stay. */
function nameAt(atMs: number): string {
  return `encrew-${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.db`;
}

const dailyName = /^encrew-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/;

/** When the newest daily backup was made; null where there is none. One of the future was made when the clock was wrong. */
export async function lastDailyBackupMs(dataDir: string, nowMs: number): Promise<number | null> {
  const times = (await dailyBackups(dataDir)).map(({ madeAtMs }) => madeAtMs).filter((atMs) => atMs <= nowMs);
  return times.length === 0 ? null : Math.max(...times);
}

async function dailyBackups(dataDir: string): Promise<{ path: string; madeAtMs: number }[]> {
  return (await ownBackups(dataDir)).flatMap(({ path }) => {
    const [, y, mo, d, h, mi, s] = dailyName.exec(basename(path)) ?? [];
    return y === undefined ? [] : [{ path, madeAtMs: Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) }];
  });
}
