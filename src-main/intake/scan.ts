import { addKnownFiles, changeKnownFile, type KnownFile, knownFilesBetween } from '#main/store/known-files.ts';
import { noteWatchFolder, type WatchFolder } from '#main/store/watch-folders.ts';
import { judgeUnseen } from './gone-files.ts';
import type { IntakeContext } from './intake-context.ts';
import { newFile, sightingOf } from './sighting.ts';
import { type SeenFile, type WalkOptions, walkFolder } from './walk-folder.ts';

/*
 * A scan lays two sorted lists side by side: the files that are there and those that are known. It holds one step of both,
 * writes only what differs, and notes after each step how far it came, so that a server that was stopped goes on from there.
 */

export type Scan = {
  /** Goes on for one step. `root-lost`: the folder went away; nothing was taken for missing on that account. */
  step(signal: AbortSignal): Promise<'more' | 'done' | 'root-lost'>;
};

export type ScanOptions = {
  isRootThere: () => Promise<boolean>;
  filesPerStep?: number;
  walk?: Pick<WalkOptions, 'namesAtOnce'>;
};

const defaultFilesPerStep = 1000;
const rowsAtOnce = 1000;

/** Begins a scan, or goes on with the one that was under way when the server stopped. */
export function openScan(context: IntakeContext, folder: WatchFolder, options: ScanOptions): Scan {
  const { db, clock } = context;
  const { isRootThere, filesPerStep = defaultFilesPerStep } = options;
  const isResumed = folder.scanCursor !== null;
  const walk = walkFolder(folder.path, {
    ...options.walk,
    after: folder.scanCursor,
    exclude: folder.rules.exclude,
  });
  let after = folder.scanCursor ?? '';
  let files = isResumed ? folder.scanFiles : 0;
  let hasBegun = isResumed;

  const begin = async (): Promise<void> => {
    hasBegun = true;
    await noteWatchFolder(db, folder.id, {
      scanWanted: 0,
      scanCursor: null,
      scanFiles: 0,
      scanStartedAtMs: clock.nowMs(),
      scanFinishedAtMs: null,
    });
  };

  return {
    step: async (signal) => {
      if (!hasBegun) await begin();
      const taken = await take(walk, filesPerStep, signal);
      if (taken === null) return 'root-lost';
      const last = taken.files.at(-1);
      // Nothing lies behind the last file of the walk.
      const upTo = taken.isLast ? null : (last?.path ?? after);
      const isThere = await compare(context, folder, { seen: taken.files, after, upTo, isRootThere, signal });
      if (!isThere) return 'root-lost';
      files += taken.files.length;
      after = last?.path ?? after;
      await noteWatchFolder(
        db,
        folder.id,
        taken.isLast
          ? { scanCursor: null, scanFiles: files, scanFinishedAtMs: clock.nowMs() }
          : { scanCursor: after, scanFiles: files },
      );
      return taken.isLast ? 'done' : 'more';
    },
  };
}

/** The next files of a walk, or null where the folder can't be read. */
async function take(
  walk: ReturnType<typeof walkFolder>,
  limit: number,
  signal: AbortSignal,
): Promise<{ files: SeenFile[]; isLast: boolean } | null> {
  const files: SeenFile[] = [];
  try {
    while (files.length < limit) {
      signal.throwIfAborted();
      const next = await walk.next();
      if (next.done === true) return { files, isLast: true };
      files.push(...next.value.files);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
  return { files, isLast: false };
}

type Stretch = {
  seen: readonly SeenFile[];
  after: string;
  /** Null: to the end. */
  upTo: string | null;
  isRootThere: () => Promise<boolean>;
  signal: AbortSignal;
};

/** Brings what is known of a stretch of paths up to what is there. False when the root is gone. */
async function compare(context: IntakeContext, folder: WatchFolder, stretch: Stretch): Promise<boolean> {
  const { db, clock } = context;
  const { upTo, isRootThere, signal } = stretch;
  const unknown = new Map(stretch.seen.map((file) => [file.path, file]));
  for (let after = stretch.after; ; ) {
    signal.throwIfAborted();
    const known = await knownFilesBetween(db, folder.id, { after, upTo, limit: rowsAtOnce });
    const unseen: KnownFile[] = [];
    await db.transaction().execute(async (trx) => {
      for (const file of known) {
        const seen = unknown.get(file.path);
        if (seen === undefined) unseen.push(file);
        else {
          const change = sightingOf(file, seen, clock.nowMs());
          if (change !== null) await changeKnownFile(trx, file, change);
        }
        unknown.delete(file.path);
      }
    });
    if (unseen.length > 0 && !(await judgeUnseen(context, folder, unseen, isRootThere))) return false;
    const last = known.at(-1);
    if (last === undefined || known.length < rowsAtOnce) break;
    after = last.path;
  }
  const added = [...unknown.values()].map((file) => newFile(folder.id, file, clock.nowMs()));
  await addKnownFiles(db, added);
  return true;
}
