import { moveCursor, readCursor } from '#main/store/cursors.ts';
import { completionsAfter } from '#main/store/completed-jobs.ts';
import { forgetFutureLooks } from '#main/store/known-files.ts';
import { listWatchFolders, type WatchFolder } from '#main/store/watch-folders.ts';
import { pendingOriginals } from '#main/store/watched-originals.ts';
import { carryOutWish, noteCompletion } from './after-completion.ts';
import { atMost } from './at-most.ts';
import { type FolderRun, type FolderRunOptions, runFolder } from './folder-turn.ts';
import type { IntakeContext } from './intake-context.ts';
import { type ClockReading, hasJumped } from './settle.ts';
import { emptyTrash } from './trash.ts';

/*
 * The work of intake, for a supervised loop to turn. Folders take their turns side by side, and one whose disk does not
 * answer holds up no other; films are moved at the side, too, since that may take hours.
 */

export type IntakeWork = {
  /** One turn; `hasMore` asks for the next one without a rest. */
  tick(signal: AbortSignal): Promise<{ hasMore: boolean }>;
  /** Stops watching and waits for what is under way. */
  close(): Promise<void>;
};

/** A turn waits for its folders so long and then goes on without those that are late. */
const patienceMs = 30_000;
const eventsAtOnce = 2000;
const movesAtOnce = 20;
/** What could not be moved is tried again after this. */
const retryMs = 5 * 60_000;
const trashEveryMs = 3_600_000;

/** Knows nothing of its earlier life but what is in the store. */
export function intakeWork(context: IntakeContext, options: FolderRunOptions = {}): IntakeWork {
  const { db, clock, log } = context;
  const stopping = new AbortController();
  const runs = new Map<string, { key: string; run: FolderRun }>();
  /** What has not ended yet, by name. */
  const underWay = new Map<string, Promise<boolean>>();
  let reading: ClockReading | null = null;
  let trustedSinceMs = 0;
  let trashAtMs: number | null = null;

  const watchClock = async (): Promise<void> => {
    const now = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    // Nobody knows what the clock did while the server was off.
    if (reading === null || hasJumped(reading, now)) {
      trustedSinceMs = now.wallMs;
      await forgetFutureLooks(db, now.wallMs);
    }
    reading = now;
  };

  /** Starts what has ended, and leaves alone what has not. */
  const besides = (name: string, work: () => Promise<boolean>): Promise<boolean> => {
    const running = underWay.get(name);
    if (running !== undefined) return Promise.resolve(false);
    const begun = work().finally(() => underWay.delete(name));
    underWay.set(name, begun);
    return begun;
  };

  const runOf = async (folder: WatchFolder): Promise<FolderRun> => {
    const key = JSON.stringify([folder.path, folder.rules, folder.updatedAtMs]);
    const known = runs.get(folder.id);
    if (known?.key === key) return known.run;
    await known?.run.close();
    const run = runFolder(context, folder, options);
    runs.set(folder.id, { key, run });
    return run;
  };

  const turnFolders = async (signal: AbortSignal): Promise<Promise<boolean>[]> => {
    const folders = (await listWatchFolders(db)).filter(({ enabled }) => enabled);
    for (const [id, { run }] of runs) {
      if (folders.some((folder) => folder.id === id) || underWay.has(id)) continue;
      runs.delete(id);
      await run.close();
    }
    return folders.map((folder) =>
      besides(folder.id, async () => (await runOf(folder)).turn(folder, trustedSinceMs, signal)),
    );
  };

  const followJobs = async (): Promise<boolean> => {
    const from = await readCursor(db, cursorName);
    const { jobIds, lastEventId, hasMore } = await completionsAfter(db, from, eventsAtOnce);
    for (const jobId of jobIds) await noteCompletion(context, jobId);
    if (lastEventId > from) await moveCursor(db, cursorName, from, lastEventId);
    return hasMore;
  };

  const moveOriginals = async (signal: AbortSignal): Promise<boolean> => {
    const nowMs = clock.nowMs();
    const originals = await pendingOriginals(db, nowMs - retryMs, movesAtOnce);
    for (const original of originals) {
      signal.throwIfAborted();
      await carryOutWish(context, original, signal);
    }
    if (trashAtMs === null || clock.monotonicMs() - trashAtMs >= trashEveryMs) {
      trashAtMs = clock.monotonicMs();
      await emptyTrash(context, movesAtOnce);
    }
    return originals.length === movesAtOnce;
  };

  return {
    tick: async (turnSignal) => {
      const signal = AbortSignal.any([turnSignal, stopping.signal]);
      signal.throwIfAborted();
      await watchClock();
      const hasMoreJobs = await followJobs();
      const turns = await turnFolders(signal);
      turns.push(besides('originals', () => moveOriginals(signal)));
      const ended = await atMost(clock, patienceMs, Promise.allSettled(turns));
      if (ended === 'late') {
        log.warn({ underWay: [...underWay.keys()] }, 'some watch folders take long');
        return { hasMore: false };
      }
      for (const end of ended.value) if (end.status === 'rejected') throw end.reason;
      return { hasMore: hasMoreJobs || ended.value.some((end) => end.status === 'fulfilled' && end.value) };
    },
    close: async () => {
      stopping.abort();
      await Promise.allSettled([...underWay.values()]);
      await Promise.all([...runs.values()].map(({ run }) => run.close()));
    },
  };
}

const cursorName = 'intake';
