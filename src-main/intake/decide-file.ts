import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type JobBrief, jobBrief, jobsOfContent } from '#main/store/job-briefs.ts';
import { changeKnownFile, dropKnownFile, filesOfContent, type KnownFile } from '#main/store/known-files.ts';
import { findWatchFolder, type WatchFolder } from '#main/store/watch-folders.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import type { IntakeContext, JobRequest } from './intake-context.ts';

/** What is to become of a file that is ready. */
export type Decision =
  /** It is the film of that job: touched, back again, or under a new name (then `renamed` was its row before). */
  | { kind: 'same'; jobId: string; isDone: boolean; renamed: KnownFile | null }
  /** Its content is done, or in the queue, by this profile already. */
  | { kind: 'copy'; jobId: string; isDone: boolean; of: string }
  | { kind: 'add'; request: JobRequest };

/** Copies of one film that are looked through; more names than these cost jobs that end as duplicates. */
const mostCopies = 200;

/** What a decision goes by; also of a folder that nobody watches yet. */
export type FolderRule = Pick<
  WatchFolder,
  'id' | 'path' | 'name' | 'profileId' | 'profileName' | 'outputDir' | 'rules'
>;

/** Decides by content, never by name; changes nothing. `file` has a fingerprint. */
export async function decideFile(
  { db }: Pick<IntakeContext, 'db'>,
  folder: FolderRule,
  file: KnownFile,
): Promise<Decision> {
  const { fingerprint, sizeBytes } = file;
  if (fingerprint === null) throw new Error(`known file ${file.id} has no fingerprint`);
  const own = await outcomeOf(db, file);
  if (own !== null) return { kind: 'same', ...own, renamed: null };

  const rows = await filesOfContent(db, { fingerprint, sizeBytes }, mostCopies);
  const others = rows.filter(({ id, jobId }) => id !== file.id && jobId !== null);
  for (const other of others) {
    if (other.watchFolderId !== folder.id || !(await isGone(join(folder.path, other.path)))) continue;
    const outcome = await outcomeOf(db, other);
    if (outcome !== null) return { kind: 'same', ...outcome, renamed: other };
  }
  for (const other of others) {
    const outcome = await outcomeOf(db, other);
    if (outcome?.isDone !== true) continue;
    const home = other.watchFolderId === folder.id ? folder : await findWatchFolder(db, other.watchFolderId);
    if (home !== null && isSameProfile(folder, home)) {
      return { kind: 'copy', ...outcome, of: join(home.path, other.path) };
    }
  }
  for (const job of await jobsOfContent(db, { fingerprint, sizeBytes })) {
    if (isSameProfile(folder, job) && job.state !== 'failed' && job.state !== 'cancelled') {
      return { kind: 'copy', jobId: job.id, isDone: job.state === 'completed', of: job.input };
    }
  }
  return { kind: 'add', request: jobRequest(folder, file.path) };
}

/** Carries a decision out; begun again after a crash it comes to the same. */
export async function carryOut(
  context: IntakeContext,
  folder: WatchFolder,
  file: KnownFile,
  decision: Decision,
): Promise<'ok' | 'refused'> {
  const { db, clock } = context;
  const seenAtMs = clock.nowMs();
  switch (decision.kind) {
    case 'same': {
      const { jobId, isDone, renamed } = decision;
      const state = isDone ? 'done' : 'added';
      if (renamed === null) {
        await changeKnownFile(db, file, { state, note: null, seenAtMs });
        return 'ok';
      }
      const moves = renamed.isCopy === 0 && !isDone;
      if (moves) await context.inputMoved(jobId, join(folder.path, file.path));
      await db.transaction().execute(async (trx) => {
        const { path, sizeBytes, modifiedMs } = file;
        await dropKnownFile(trx, file.id);
        await changeKnownFile(trx, renamed, { path, sizeBytes, modifiedMs, state, note: null, seenAtMs });
      });
      return 'ok';
    }
    case 'copy': {
      const note = `has the content of ${decision.of}`;
      const state = decision.isDone ? 'done' : 'added';
      await changeKnownFile(db, file, { state, jobId: decision.jobId, isCopy: 1, note, seenAtMs });
      return 'ok';
    }
    case 'add':
      return add(context, file, decision.request);
  }
}

async function add({ db, clock, addJob }: IntakeContext, file: KnownFile, request: JobRequest) {
  const answer = await addJob(request);
  const seenAtMs = clock.nowMs();
  if (answer.ok) {
    await changeKnownFile(db, file, { state: 'added', jobId: answer.jobId, isCopy: 0, note: null, seenAtMs });
    return 'ok';
  }
  if (answer.code === 'refused' || answer.jobId === undefined) {
    await changeKnownFile(db, file, { state: 'unusable', note: answer.message ?? 'was refused', seenAtMs });
    return 'refused';
  }
  // Added just before a crash, or by somebody else since we looked.
  const job = await jobBrief(db, answer.jobId);
  const isCopy = job?.input === request.input ? 0 : 1;
  const note = isCopy === 0 ? null : `has the content of ${job?.input ?? 'another film in the queue'}`;
  await changeKnownFile(db, file, { state: 'added', jobId: answer.jobId, isCopy, note, seenAtMs });
  return 'ok';
}

/** Of the job that a row has; null where there is none to keep to. */
async function outcomeOf(
  db: IntakeContext['db'],
  { jobId }: KnownFile,
): Promise<{ jobId: string; isDone: boolean } | null> {
  if (jobId === null) return null;
  const job = await jobBrief(db, jobId);
  // Old jobs are cleared away; what they made stays.
  if (job === null) return { jobId, isDone: true };
  // It looked for a film that had been renamed meanwhile.
  if (job.state === 'failed' && (await isGone(job.input))) return null;
  return { jobId, isDone: job.state === 'completed' };
}

type OfProfile = Pick<JobBrief, 'profileId' | 'profileName'>;

function isSameProfile(a: OfProfile, b: OfProfile): boolean {
  return a.profileId !== null && b.profileId !== null ? a.profileId === b.profileId : a.profileName === b.profileName;
}

async function isGone(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
  }
}

/** Inner folders are kept below the output folder; films of one dropped folder are one batch. */
export function jobRequest(folder: FolderRule, path: string): JobRequest {
  const inner = dirname(path) === '.' ? [] : dirname(path).split('/');
  const [top] = inner;
  return {
    input: join(folder.path, path),
    profileId: folder.profileId,
    profileName: folder.profileName,
    outputDir: join(folder.outputDir, ...inner.map((name) => safeFileName(name))),
    batch: top === undefined ? null : `${folder.name}: ${top}`,
    priority: folder.rules.priority,
    createdBy: `watch:${folder.id}`,
  };
}
