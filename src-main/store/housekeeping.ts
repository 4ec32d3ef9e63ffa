import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as letOthersIn } from 'node:timers/promises';
import type { Clock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import type { Logger } from '#main/platform/logger.ts';
import { backUpDaily, type DailyBackup, lastDailyBackupMs } from './daily-backup.ts';
import type { Store } from './open-store.ts';
import { pruneJobEvents, prunings } from './prune.ts';
import { backupFolder } from './store-files.ts';

export type HousekeepingOptions = {
  store: Store;
  clock: Clock;
  log: Logger;
  /** How long the timeline of a final job is kept, as it is set now. */
  eventsKeptMs?: () => number;
  /** Daily backups kept; 0 makes none. */
  backupsKept?: number;
};

export type Housekeeping = {
  /** Does a part of what is to be done, within a second or so; what is left waits for the next turn. */
  turn(signal: AbortSignal): Promise<void>;
  /** How the last backup that was due came out; null before the first. */
  lastBackup(): DailyBackup | null;
  /** When the newest daily backup was made, also by an earlier run; null where there is none, and before the first turn. */
  lastBackupAtMs(): number | null;
  /** Calls off a backup that is being made, and waits until nothing runs any more. */
  stop(): Promise<void>;
};

/** Some milliseconds of work: a request that comes meanwhile doesn't notice. */
const portionRows = 1_000;
const portionsOfTurn = 50;
const dayMs = 86_400_000;
/** A walk over all events begins again after this. */
const walkEveryMs = 6 * 3_600_000;
/** A server that has just begun has other things to do. */
const firstBackupAfterMs = 60_000;
/** Whether one is due is asked, and one that failed is tried again, this often. */
const backupEveryMs = 3_600_000;

/** Keeps the database small and backed up while the server runs. */
export function housekeeping(options: HousekeepingOptions): Housekeeping {
  const { store, clock, log, eventsKeptMs = () => 30 * dayMs, backupsKept = 7 } = options;
  const dataDir = dirname(store.path);
  const stopping = new AbortController();
  let walkAfterId: number | null = 0;
  let walkedAtMs = Number.NEGATIVE_INFINITY;
  let walkedKeptMs = eventsKeptMs();
  let backup: Promise<void> | null = null;
  let nextBackupMs = clock.monotonicMs() + firstBackupAfterMs;
  let lastBackup: DailyBackup | null = null;
  let lastBackupAtMs: number | null = null;

  const chores: (() => Promise<boolean>)[] = [
    ...Object.values(prunings).map((prune) => async () => {
      return (await prune(store.db, clock.nowMs(), portionRows)) === portionRows;
    }),
    async () => {
      const keptMs = eventsKeptMs();
      if (walkAfterId === null) {
        if (keptMs === walkedKeptMs && clock.monotonicMs() - walkedAtMs < walkEveryMs) return false;
        walkAfterId = 0;
      }
      walkedKeptMs = keptMs;
      const portion = { nowMs: clock.nowMs(), keptMs, afterId: walkAfterId, limit: portionRows };
      walkAfterId = (await pruneJobEvents(store.db, portion)).lastId;
      if (walkAfterId === null) walkedAtMs = clock.monotonicMs();
      return walkAfterId !== null;
    },
    () => giveBackSpace(store),
  ];

  const makeBackup = async (): Promise<void> => {
    try {
      await removeOldPartials(dataDir, clock.nowMs());
      const done = await backUpDaily({ dataDir, clock, signal: stopping.signal, keep: backupsKept });
      if (!done.made && done.because === 'not-due') return;
      lastBackup = done;
      if (done.made) log.info({ path: done.path, sizeBytes: done.sizeBytes }, 'the database was backed up');
      else if (done.because === 'failed') log.error(done, 'the daily backup of the database failed');
    } catch (error) {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'the daily backup can’t be made');
    }
  };

  return {
    turn: async (signal) => {
      lastBackupAtMs = await lastDailyBackupMs(dataDir, clock.nowMs());
      if (backupsKept > 0 && backup === null && clock.monotonicMs() >= nextBackupMs) {
        nextBackupMs = clock.monotonicMs() + backupEveryMs;
        // Not waited for: it may take longer than a turn may.
        backup = makeBackup().finally(() => {
          backup = null;
        });
      }
      let busy = chores;
      for (let portions = 0; busy.length > 0 && portions < portionsOfTurn; portions++) {
        const left: typeof chores = [];
        for (const chore of busy) {
          if (signal.aborted) return;
          if (await chore()) left.push(chore);
          await letOthersIn();
        }
        busy = left;
      }
    },
    lastBackup: () => lastBackup,
    lastBackupAtMs: () => lastBackupAtMs,
    stop: async () => {
      stopping.abort();
      await backup;
    },
  };
}

/** Free pages that stay, since they are soon used again: 16 MiB. */
const sparePages = 4_096;

/** Gives up to 1,000 free pages back to the disk; answers whether there are more. The file shrinks with the next checkpoint. */
export async function giveBackSpace({ db, sqlite }: Store): Promise<boolean> {
  // Kysely's own turn at the connection: never amid another's transaction.
  return db.connection().execute(async () => {
    const freePages = (): number => Number(sqlite.pragma('freelist_count', { simple: true }));
    const before = freePages();
    if (before <= sparePages) return false;
    sqlite.exec(`PRAGMA incremental_vacuum(${Math.min(1_000, before - sparePages)})`);
    const after = freePages();
    // A database that was not made by us to shrink doesn't: asking on would never end.
    return after < before && after > sparePages;
  });
}

/** Removes what a crash left half-written in the data folder and its backups, a day later: nothing is written for so long. */
export async function removeOldPartials(dataDir: string, nowMs: number): Promise<void> {
  for (const folder of [dataDir, backupFolder(dataDir)]) {
    for (const name of await namesIn(folder)) {
      if (!/^encrew.*\.db\.[0-9a-f-]{36}\.partial(-wal|-shm|-journal)?$/.test(name)) continue;
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && nowMs - found.mtimeMs > dayMs) await rm(path, { force: true });
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
