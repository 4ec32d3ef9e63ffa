import { inParallel } from '#main/platform/in-parallel.ts';
import { filesInState, hasFilesPresent, stillGrowing } from '#main/store/known-files.ts';
import { findWatchFolder, noteWatchFolder, type WatchFolder, wantScan } from '#main/store/watch-folders.ts';
import { atMost } from './at-most.ts';
import { carryOut, decideFile } from './decide-file.ts';
import { examineFile } from './examine-file.ts';
import { followHint } from './follow-hint.ts';
import type { IntakeContext } from './intake-context.ts';
import { type PackageWatch, watchPackages } from './package-watch.ts';
import { checkRoot, type RootCheck } from './root-state.ts';
import { openScan, type Scan } from './scan.ts';
import { type FolderWatch, type OpenWatcher, watchFolder } from './watch.ts';

/** A watch folder while the server runs: what is lost with the process is found again by a scan. */
export type FolderRun = {
  /** Looks around once, and does a share of what there is to do. True where there is more. */
  turn(folder: WatchFolder, trustedSinceMs: number, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
};

export type FolderRunOptions = { filesPerScanStep?: number; openWatcher?: OpenWatcher };

/** Longer than any disk that is there takes for one answer. */
const rootAnswerMs = 10_000;
/** How long a turn goes on scanning before others have theirs. */
const scanShareMs = 500;
const filesAtOnce = 100;
const readsAtOnce = 4;

/** Begins with nothing; `folder` gives the path and the rule, which stay. */
export function runFolder(
  context: IntakeContext,
  { id, path, rules }: WatchFolder,
  options: FolderRunOptions,
): FolderRun {
  const { db, clock, log } = context;
  const packages = watchPackages(path, clock);
  let watching: FolderWatch | null = null;
  let scan: Scan | null = null;

  const stopLooking = async (): Promise<void> => {
    scan = null;
    const closing = watching;
    watching = null;
    await closing?.close().catch(() => {});
  };

  const watchOn = async (folder: WatchFolder): Promise<FolderWatch> => {
    watching ??= watchFolder(path, {
      exclude: rules.exclude,
      ...(options.openWatcher === undefined ? {} : { open: options.openWatcher }),
    });
    const watchNote = watching.fault();
    if (watchNote !== null && watchNote !== folder.watchNote) log.warn({ path, watchNote }, 'a folder is not watched');
    if (watchNote !== folder.watchNote) await noteWatchFolder(db, id, { watchNote });
    return watching;
  };

  const scanOn = async (folder: WatchFolder, looking: Looking, signal: AbortSignal): Promise<void> => {
    if (scan === null && !isScanDue(folder, clock.nowMs())) return;
    scan ??= openScan(context, folder, {
      isRootThere: looking.isRootThere,
      ...(options.filesPerScanStep === undefined ? {} : { filesPerStep: options.filesPerScanStep }),
    });
    const endMs = clock.monotonicMs() + scanShareMs;
    for (let state = await scan.step(signal); ; state = await scan.step(signal)) {
      if (state !== 'more') {
        scan = null;
        // A watch that had failed is tried again once a scan.
        if (watching?.fault() != null) await stopLooking();
        return;
      }
      if (clock.monotonicMs() >= endMs) return;
    }
  };

  return {
    turn: async (folder, trustedSinceMs, signal) => {
      const hadFiles = await hasFilesPresent(db, id);
      const look = await atMost(clock, rootAnswerMs, checkRoot({ path, device: folder.rootDevice, hadFiles }));
      const root: RootCheck = look === 'late' ? { isOnline: false, note: `${path} does not answer` } : look.value;
      await noteRoot(context, folder, root);
      if (!root.isOnline) {
        await stopLooking();
        return false;
      }
      const looking: Looking = { folder, packages, trustedSinceMs, isRootThere: () => isSameRoot(path, root.device) };
      const hints = (await watchOn(folder)).take();
      if (hints.includes('')) await wantScan(db, id);
      for (const hint of hints) {
        signal.throwIfAborted();
        await followHint(context, looking, hint);
      }
      await scanOn((await findWatchFolder(db, id)) ?? folder, looking, signal);
      const examined = await examineGrowing(context, looking, signal);
      const decided = await decideReady(context, folder, signal);
      return scan !== null || examined === filesAtOnce || decided === filesAtOnce;
    },
    close: stopLooking,
  };
}

type Looking = {
  folder: WatchFolder;
  packages: PackageWatch;
  trustedSinceMs: number;
  isRootThere: () => Promise<boolean>;
};

async function noteRoot({ db, log }: IntakeContext, folder: WatchFolder, root: RootCheck): Promise<void> {
  const { id, path, rootState, rootNote, rootDevice } = folder;
  if (!root.isOnline) {
    if (rootState === 'offline' && rootNote === root.note) return;
    log.warn({ path, why: root.note }, 'a watch folder is offline');
    await noteWatchFolder(db, id, { rootState: 'offline', rootNote: root.note });
    return;
  }
  if (rootState === 'online' && rootDevice === root.device) return;
  const back = rootState === 'offline' ? { scanWanted: 1, scanCursor: null } : {};
  await noteWatchFolder(db, id, { rootState: 'online', rootNote: null, rootDevice: root.device, ...back });
  if (rootState === 'offline') log.info({ path }, 'a watch folder is back');
}

/** Whether the folder is still there and on the same disk. */
async function isSameRoot(path: string, device: string): Promise<boolean> {
  const now = await checkRoot({ path, device, hadFiles: true });
  return now.isOnline && now.device === device;
}

function isScanDue({ scanWanted, scanFinishedAtMs, rules }: WatchFolder, nowMs: number): boolean {
  if (scanWanted || scanFinishedAtMs === null) return true;
  const sinceMs = nowMs - scanFinishedAtMs;
  // Finished in the future: the clock was set back.
  return sinceMs < 0 || sinceMs >= rules.rescanSec * 1000;
}

async function examineGrowing(context: IntakeContext, looking: Looking, signal: AbortSignal): Promise<number> {
  const { folder, trustedSinceMs } = looking;
  const dueMs = context.clock.nowMs() - folder.rules.settleSec * 1000;
  if (trustedSinceMs > dueMs) return 0;
  const files = await stillGrowing(context.db, folder.id, dueMs, filesAtOnce);
  await inParallel(files, readsAtOnce, async (file) => {
    signal.throwIfAborted();
    await examineFile(context, looking, file);
  });
  return files.length;
}

/** One after another: of two copies the first becomes a job and the second finds it. */
async function decideReady(context: IntakeContext, folder: WatchFolder, signal: AbortSignal): Promise<number> {
  const files = await filesInState(context.db, folder.id, 'ready', filesAtOnce);
  for (const file of files) {
    signal.throwIfAborted();
    await carryOut(context, folder, file, await decideFile(context, folder, file));
  }
  return files.length;
}
