import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointKey, readPartsOf, type TaskReport, writeCheckpoint } from '#main/agent/checkpoint.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import type { Clock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { sha256OfFile } from '#main/platform/file-hash.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Assignment } from '#shared/protocol/node.ts';
import type { CommitAnswer, PartManifest } from '#shared/protocol/node-work.ts';
import { partsFault, type PartsRefused } from './part-check.ts';

/** An attempt whose parts are there, as far as its node knows. */
export type Delivery = {
  assignment: Assignment;
  /** Where they came in, and the job's work folder. Absolute. */
  folder: string;
  workFolder: string;
  /** Of every file that the task makes, how much came. */
  received: ReadonlyMap<string, number>;
};

export type CommitDeps = {
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  /** Whether the attempt still counts. */
  isHeld: () => Promise<boolean>;
};

/**
 * Checks what a node brought, and puts it where packaging finds it. Parts of the task that are there already stay: they passed
 * the same checks, and somebody may be reading them.
 */
export async function commitParts(
  delivery: Delivery,
  manifest: PartManifest,
  deps: CommitDeps,
): Promise<CommitAnswer | 'lost'> {
  const { assignment, folder, workFolder } = delivery;
  const { task, plan, choice, lease } = assignment;
  const done = join(workFolder, taskFolder(task.id, 'done'));
  const wanted = { plan, task, choice };
  if ((await readPartsOf(done, wanted)) !== null) return { state: 'committed' };
  const { tools, clock, log, signal } = deps;
  const fault =
    (await bytesFault(delivery, manifest, signal)) ??
    (await partsFault(plan, task, folder, { tools, clock, log, signal, stallTimeoutMs: probeWithinMs }));
  if (fault !== null) return { state: 'refused', ...fault };
  const { ffmpegVersion, decodeErrors } = manifest;
  const report: TaskReport = {
    ...{ format: 1, task: task.id, attempt: lease.attempt, ffmpegVersion, decodeErrors },
    key: checkpointKey(plan, task, choice, ffmpegVersion),
    files: manifest.files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
  };
  // A task that takes nothing out has no files, and so far no folder.
  if (report.files.length === 0) await mkdir(folder, { recursive: true });
  await writeCheckpoint(folder, report);
  if (!(await deps.isHeld())) return 'lost';
  if (!(await takePlace(folder, done)) && (await readPartsOf(done, wanted)) === null) {
    // By an encoder that the job has given up, or cut short by a crash: of no use to anybody.
    await rm(done, { recursive: true, force: true });
    if (!(await takePlace(folder, done))) return 'lost';
  }
  await flushToDisk(workFolder);
  return { state: 'committed' };
}

const probeWithinMs = 5 * 60_000;

async function bytesFault(
  { assignment, folder, received }: Delivery,
  { files }: PartManifest,
  signal: AbortSignal,
): Promise<PartsRefused | null> {
  const { id } = assignment.task;
  const named = new Set(files.map(({ path }) => path));
  if (named.size !== files.length || named.size !== received.size || files.some(({ path }) => !received.has(path))) {
    return { because: 'names', message: `${id} makes ${[...received.keys()].join(', ').slice(0, 500)}, nothing else` };
  }
  for (const { path, sizeBytes, sha256 } of files) {
    const cameBytes = received.get(path);
    if (cameBytes !== sizeBytes) {
      return { because: 'size', message: `${cameBytes} of ${sizeBytes} bytes of ${path} came` };
    }
    if (sizeBytes === 0 && assignment.task.type !== 'extract') {
      return { because: 'size', message: `${path} of ${id} is empty` };
    }
    if ((await sha256OfFile(join(folder, ...path.split('/')), signal)) !== sha256) {
      return { because: 'hash', message: `${path} of ${id} has other bytes than the node said` };
    }
  }
  return null;
}

/** False where something is there already. */
async function takePlace(folder: string, done: string): Promise<boolean> {
  try {
    await rename(folder, done);
    return true;
  } catch (error) {
    // Windows says EPERM of a folder that is there.
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}
