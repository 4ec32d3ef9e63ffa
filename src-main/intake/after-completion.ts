import { lstat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { codeOf } from '#main/platform/error-code.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { newId } from '#main/platform/ids.ts';
import { isMounted } from '#main/platform/mount-point.ts';
import { moveFile } from '#main/platform/move-file.ts';
import { type JobBrief, jobBrief, jobsOfContent } from '#main/store/job-briefs.ts';
import { changeKnownFile, filesOfJob, type KnownFile } from '#main/store/known-files.ts';
import { findWatchFolder, type WatchFolder } from '#main/store/watch-folders.ts';
import {
  addWatchedOriginal,
  changeWatchedOriginal,
  originalsOfJob,
  type WatchedOriginal,
} from '#main/store/watched-originals.ts';
import type { IntakeContext } from './intake-context.ts';
import { trashPath } from './trash.ts';

/*
 * What a watch folder's rule does to a film once its package is checked and published. The wish is written down first, with
 * the place that the film goes to, and carried out then: whatever happens in between, the same call ends the work.
 */

type AfterContext = Pick<IntakeContext, 'db' | 'clock' | 'log'>;

/** How long a film stays in a watch folder's trash. */
const keptInTrashMs = 30 * 86_400_000;

/** Takes note that a job has completed, and does with its film as the rule says. Does nothing for any other job. */
export async function afterCompletion(context: AfterContext, jobId: string, signal?: AbortSignal): Promise<void> {
  await noteCompletion(context, jobId);
  for (const original of await originalsOfJob(context.db, jobId)) await carryOutWish(context, original, signal);
}

/** The first half: what is known to be done, and what is to be moved. */
export async function noteCompletion(context: AfterContext, jobId: string): Promise<void> {
  const { db, clock } = context;
  const files = (await filesOfJob(db, jobId)).filter(({ state }) => state === 'added');
  if (files.length === 0) return;
  const job = await jobBrief(db, jobId);
  if (job?.state !== 'completed') return;
  const earlier = await originalsOfJob(db, jobId);
  for (const file of files) {
    const folder = await findWatchFolder(db, file.watchFolderId);
    const wish = folder === null || earlier.length > 0 ? null : wishOf(context, { folder, file, job });
    await db.transaction().execute(async (trx) => {
      const isOurs = await changeKnownFile(trx, file, { state: 'done', seenAtMs: clock.nowMs() });
      if (isOurs && wish !== null) await addWatchedOriginal(trx, wish);
    });
  }
}

type Completed = { folder: WatchFolder; file: KnownFile; job: JobBrief };

/** Null where the film stays. A copy of the job's film was not read by it, and nobody compared all of the two. */
function wishOf({ clock }: AfterContext, { folder, file, job }: Completed): WatchedOriginal | null {
  const { afterwards, moveDir } = folder;
  if (afterwards === 'keep' || file.isCopy === 1 || file.fingerprint === null || job.output === null) return null;
  if (afterwards === 'move' && moveDir === null) return null;
  const nowMs = clock.nowMs();
  const id = newId();
  return {
    id,
    jobId: job.id,
    policy: afterwards,
    sourcePath: join(folder.path, file.path),
    fingerprint: file.fingerprint,
    outputPath: job.output,
    heldPath:
      moveDir === null || afterwards === 'trash' ? trashPath(folder.path, id, file.path) : join(moveDir, file.path),
    state: 'pending',
    error: null,
    keptUntilMs: afterwards === 'trash' ? nowMs + keptInTrashMs : null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** More names that are taken than any folder has. */
const mostNames = 1000;

/** Moves the film of a pending wish; what hinders it for now is noted and tried again. */
export async function carryOutWish(context: AfterContext, wish: WatchedOriginal, signal?: AbortSignal): Promise<void> {
  const { db, clock, log } = context;
  let original = wish;
  for (let names = 0; names < mostNames && original.state === 'pending'; names += 1) {
    const outcome = await tryMove(context, original, signal);
    if (!(await changeWatchedOriginal(db, original, { ...outcome, updatedAtMs: clock.nowMs() }))) return;
    if (outcome.error !== null) {
      const { id, sourcePath } = original;
      log.warn({ originalId: id, path: sourcePath, error: outcome.error }, 'an original could not be moved');
    }
    if (outcome.heldPath === undefined) return;
    original = { ...original, ...outcome };
  }
}

async function tryMove(
  context: AfterContext,
  original: WatchedOriginal,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    return await move(context, original, signal);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

type Outcome = { state?: 'held' | 'failed'; heldPath?: string | null; error: string | null };

async function move(
  { db }: AfterContext,
  original: WatchedOriginal,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { sourcePath, heldPath, fingerprint, outputPath } = original;
  if (heldPath === null) return { state: 'failed', error: 'nobody knows where it was to go' };
  const source = await printOf(sourcePath);
  if (source === null) {
    const held = await printOf(heldPath);
    if (held?.fingerprint === fingerprint) return { state: 'held', error: null };
    return { state: 'failed', heldPath: null, error: `${sourcePath} is not there any more` };
  }
  if (source.fingerprint !== fingerprint) {
    return { state: 'failed', heldPath: null, error: `${sourcePath} was changed after it was encoded, and stays` };
  }
  if ((await printOf(outputPath)) === null)
    return { error: `its package ${outputPath} can't be found: looked for again` };
  const others = await jobsOfContent(db, { fingerprint, sizeBytes: source.sizeBytes });
  if (others.some(({ state }) => !['completed', 'failed', 'cancelled'].includes(state))) {
    return { error: 'another job still needs it' };
  }
  if (original.policy === 'move' && !(await isTargetThere(db, original.jobId))) {
    return { error: `the disk of ${heldPath} is not mounted: looked for again` };
  }
  const moved = await moveFile(sourcePath, heldPath, signal === undefined ? {} : { signal });
  if (moved.ok) return { state: 'held', error: null };
  switch (moved.because) {
    case 'target-exists':
      // What lies there stays: the film goes beside it, once that place is written down.
      return { heldPath: nextName(heldPath), error: `${heldPath} is already there` };
    case 'source-missing':
    case 'source-changed':
      return { error: `${sourcePath} was touched while it was moved` };
    case 'not-a-file':
      return { state: 'failed', heldPath: null, error: `${sourcePath} is not a plain file` };
  }
}

/** A disk that is away must not be replaced by a folder on the system's own. */
async function isTargetThere(db: AfterContext['db'], jobId: string): Promise<boolean> {
  for (const { watchFolderId } of await filesOfJob(db, jobId)) {
    const folder = await findWatchFolder(db, watchFolderId);
    if (folder !== null && !(await isMounted(folder.moveMount))) return false;
  }
  return true;
}

/** Null where nothing is. Throws for what may not be read or is no file. */
async function printOf(path: string): Promise<{ fingerprint: string; sizeBytes: number } | null> {
  try {
    if (!(await lstat(path)).isFile()) throw new Error(`${path} is not a plain file`);
    return await fingerprintOfFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** `film.mkv`, `film (2).mkv`, `film (3).mkv`. */
function nextName(path: string): string {
  const ending = extname(path);
  const stem = basename(path, ending);
  const [, name = stem, number = '1'] = /^(.*) \((\d{1,6})\)$/.exec(stem) ?? [];
  return join(dirname(path), `${name} (${Number(number) + 1})${ending}`);
}
