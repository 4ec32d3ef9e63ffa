import { access, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { isMounted } from '#main/platform/mount-point.ts';
import { JobFault } from '#main/stages/job-fault.ts';
import { ensureSpace, spaceNeeds } from '#main/stages/space.ts';
import { openStaging } from '#main/stages/staging.ts';
import { lookAtTarget, type Target } from '#main/stages/target.ts';
import type { WorkFolder } from '#main/stages/work-folder.ts';
import type { Assignment, TaskEnding } from '#shared/protocol/node.ts';
import type { JobPlaces } from './job.ts';
import type { PackageMaker } from './package-maker.ts';
import { type PackagingState, packagingTask } from './packaging-tasks.ts';

export type PackagingDesk = {
  /** Holds the package's place before there is anything to put there. Throws JobFault when it can't be had. */
  hold: (place: PackagePlace) => Promise<void>;
  /** Makes, checks or publishes the job's package. Throws JobFault, or what the signal was aborted with. */
  execute: (assignment: Assignment, signal: AbortSignal) => Promise<TaskEnding>;
  /** Leaves nothing but what was published. */
  close: () => Promise<void>;
};

export type PackagePlace = Pick<Assignment, 'plan' | 'source' | 'folderKey'> & { outDir: string; overwrite: boolean };

export type DeskOptions = {
  work: WorkFolder;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
  /** Encrew's own when left out. */
  makePackage?: PackageMaker | undefined;
};

/**
 * Where one job's package is put together. What it holds between two tasks is this process' own: after a restart the package
 * is made anew from the parts, which costs little beside encoding.
 */
export function packagingDesk(options: DeskOptions): PackagingDesk {
  const { work, clock } = options;
  let places: JobPlaces | null = null;
  let state: PackagingState = emptyState();
  let published: string | null = null;

  const close = async (): Promise<void> => {
    const { staging } = places ?? { staging: null };
    places = null;
    state = emptyState();
    await staging?.remove();
  };
  const hold = async ({ plan, source, folderKey, outDir }: PackagePlace, target: Target): Promise<JobPlaces> => {
    const staging = await openStaging(outDir, folderKey, clock.nowMs());
    places = { source, target, work, staging };
    const [, result] = spaceNeeds(plan, { workFolder: work.path, outDir }, 0);
    if (result !== undefined) await ensureSpace([result]);
    return places;
  };
  const open = async (assignment: Assignment): Promise<JobPlaces> => {
    const { outDir, outMount, overwrite } = packagingOf(assignment);
    await close();
    // Making the folder anew would fill the disk below.
    if (!(await isMounted(outMount))) throw new JobFault('permission', `${outMount} is not mounted`);
    const place = { ...assignment, outDir, overwrite };
    const target = await targetOf(place);
    published = await publishedBefore(assignment, target);
    return hold(place, target);
  };

  return {
    close,
    hold: async (place) => void (await hold(place, await targetOf(place))),
    execute: async (assignment, signal) => {
      const { task, plan, choice, source } = assignment;
      const { facts, findings } = packagingOf(assignment);
      const isFirst = task.type === 'package';
      const held = isFirst ? await open(assignment) : places;
      if (held !== null && published !== null) {
        const output = task.type === 'publish' ? published : null;
        if (output !== null) await close();
        return { kind: 'done', pace: null, findings: [], output };
      }
      if (held === null || !(isFirst || (await isStaged(held)))) {
        return { kind: 'redo', task: 'package', message: 'the package that was made has gone: it is made anew' };
      }
      if (task.type === 'publish' && state.checked === null) {
        return { kind: 'redo', task: 'validate', message: 'nothing is published unchecked: it is checked anew' };
      }
      const told = [...findings];
      const { tools, log, encrewVersion, makePackage } = options;
      const job = {
        planned: { plan, facts },
        sourcePath: source.path,
        places: held,
        tools,
        clock,
        log,
        signal,
        told,
        encrewVersion,
        makePackage,
      };
      const end = await packagingTask(task, job, state, choice);
      if (end.ok) {
        const output = task.type === 'publish' ? state.output : null;
        if (task.type === 'publish') await close();
        return { kind: 'done', pace: null, findings: told.slice(findings.length), output };
      }
      return { kind: 'redo', task: end.redo, message: end.message };
    },
  };
}

function targetOf({ plan, source, outDir, overwrite }: PackagePlace): Promise<Target> {
  return lookAtTarget({ outDir, plan, sourcePath: source.path, fingerprint: source.fingerprint, overwrite });
}

async function isStaged({ staging, target }: JobPlaces): Promise<boolean> {
  return access(join(staging.path, basename(target.path))).then(
    () => true,
    () => false,
  );
}

/**
 * Where this very job has published its package already: it was stopped between the rename and the word of it. Doing it
 * twice would leave a needless copy of the first one's playlists.
 */
async function publishedBefore(assignment: Assignment, { earlier, path, kind, name }: Target): Promise<string | null> {
  const certificate = earlier?.certificate ?? null;
  const { startedAtMs } = packagingOf(assignment);
  if (certificate === null || Date.parse(certificate.createdAt) < startedAtMs) return null;
  if (certificate.source?.fingerprint !== assignment.source.fingerprint) return null;
  if (!isDeepStrictEqual(certificate.plan, assignment.plan)) return null;
  if (kind === 'folder') return join(path, `${name}.m3u8`);
  // A single file's certificate goes before it: after a crash it may stand beside the earlier file.
  const certified = certificate.files.find((file) => file.path === basename(path));
  const found = await stat(path).catch(() => null);
  return found !== null && found.size === certified?.sizeBytes ? path : null;
}

function packagingOf({ packaging, task }: Assignment) {
  if (packaging === null) throw new JobFault('package-failed', `${task.id} came without what a package takes`);
  return packaging;
}

function emptyState(): PackagingState {
  return { draft: null, checked: null, output: null };
}
