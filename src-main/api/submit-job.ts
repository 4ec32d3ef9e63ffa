import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { mountPointOf } from '#main/platform/mount-point.ts';
import { addJob } from '#main/queue/add-job.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { type SourceIdentity, sourceIdentity } from '#main/stages/source-identity.ts';
import { findBatch } from '#main/store/batches.ts';
import { type ProfileRules, resolveProfile } from '#main/store/resolve-profile.ts';
import type { JobOptions } from '#shared/model/job.ts';
import type { Profile } from '#shared/model/profile.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';

export type JobWish = {
  id: string;
  /** Absolute; whether its asker may use it was decided before. */
  input: string;
  /** Absolute. */
  outputDir: string;
  /** Name or id of a profile, or a recipe. */
  profile: unknown;
  options: JobOptions;
  priority: number;
  batchId: string | null;
  createdBy: string | null;
  ttlMs: number | null;
};

export type Submitted =
  | { ok: true; id: string }
  | { ok: false; code: ProblemCode; details: unknown; duplicateOf: string | null };

/** Looks at what is wished and puts it into the queue. Every refusal says what, why and what to do. */
export async function submitJob(queue: QueueContext, rules: ProfileRules, wish: JobWish): Promise<Submitted> {
  const resolved = await usableRecipe(queue.db, wish.profile, rules);
  if (!resolved.ok) return refused(resolved.code, resolved.details);
  const input = await usableInput(wish.input);
  if (!input.ok) return refused(input.code, input.details);
  if (!isAbsolute(wish.outputDir)) return refused('ENC-JOB-001', `${wish.outputDir} is not an absolute path: give one`);
  if (wish.batchId !== null && (await findBatch(queue.db, wish.batchId)) === null) {
    return refused('ENC-JOB-001', `there is no batch ${wish.batchId}: leave batchId out, or make one by POST /batches`);
  }
  const { path, fingerprint, sizeBytes } = input.source;
  const added = await addJob(queue, {
    ...wish,
    input: wish.input,
    recipe: resolved.recipe,
    profileId: resolved.profileId,
    source: { fingerprint, sizeBytes },
    mounts: { input: await mountPointOf(path), output: await mountPointOf(wish.outputDir) },
  });
  if (added.ok) return { ok: true, id: wish.id };
  const details = {
    jobId: added.duplicateOf,
    why: 'this film is in the queue already with the same recipe: wait for that job, or cancel it',
  };
  return { ok: false, code: 'ENC-JOB-010', details, duplicateOf: added.duplicateOf };
}

/** Something that was named in a request, or how the request is refused. */
export type Usable<Found> = ({ ok: true } & Found) | { ok: false; code: ProblemCode; details: unknown };

/** The recipe that a request names or brings. */
export async function usableRecipe(
  db: QueueContext['db'],
  wanted: unknown,
  rules: ProfileRules,
): Promise<Usable<{ recipe: Profile; profileId: string | null }>> {
  const resolved = await resolveProfile(db, wanted, rules);
  return resolved.ok ? resolved : { ok: false, code: 'ENC-JOB-003', details: profileFault(resolved) };
}

/** The film at a path that its asker may use. */
export async function usableInput(input: string): Promise<Usable<{ source: SourceIdentity }>> {
  const unusable = (details: string) => ({ ok: false, code: 'ENC-JOB-002', details }) as const;
  if (!isAbsolute(input)) return unusable(`${input} is not an absolute path: give one`);
  try {
    const found = await stat(input);
    if (found.isDirectory()) return unusable(`${input} is a folder: give a film, or make a batch of it`);
    if (!found.isFile()) return unusable(`${input} is not a file: give a film`);
    if (found.size === 0) return unusable(`${input} is empty: wait until it is complete`);
    // Reading it is the only proof that it can be read: rights are not all that stands in the way.
    return { ok: true, source: await sourceIdentity(input) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const why =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? 'there is no such file on the server: check the path'
        : code === 'EACCES' || code === 'EPERM'
          ? 'the server may not read it: change its rights'
          : String(error);
    return unusable(`${input}: ${why}`);
  }
}

function profileFault(resolved: Exclude<Awaited<ReturnType<typeof resolveProfile>>, { ok: true }>): unknown {
  switch (resolved.because) {
    case 'unknown':
      return `there is no profile ${JSON.stringify(resolved.name)}: GET /profiles lists them`;
    case 'deleted':
      return `the profile ${JSON.stringify(resolved.name)} was deleted: restore it, or choose another`;
    case 'faults':
      return { faults: resolved.faults };
  }
}

function refused(code: ProblemCode, details: unknown): Submitted {
  return { ok: false, code, details, duplicateOf: null };
}
