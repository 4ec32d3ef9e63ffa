import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { type FfmpegOutcome, runFfmpeg } from '#main/ffmpeg/run.ts';
import type { FfmpegStep } from '#main/media/command/ffmpeg-step.ts';
import { taskSteps } from '#main/media/command/task-steps.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { chunkFile, taskFolder } from '#main/media/command/work-layout.ts';
import type { Clock } from '#main/platform/clock.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { TaskFailureCode } from '#shared/model/failure.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import {
  checkpointKey,
  expectedFiles,
  readCheckpoint,
  readPartsOf,
  removeOthers,
  type TaskReport,
  writeCheckpoint,
} from './checkpoint.ts';
import { countPictures } from './count-pictures.ts';

export type TaskContext = {
  plan: EncodePlan;
  choice: EncoderChoice;
  /** Absolute. */
  sourcePath: string;
  /** Absolute; every command runs in it. */
  workFolder: string;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  /** How often the task was begun, this time included. */
  attempt: number;
  onProgress?: ((progress: StepProgress) => void) | undefined;
};

/** How far a task is over all of its steps. */
export type StepProgress = {
  ratio: number | null;
  fps: number | null;
  speed: number | null;
  bitrateBps: number | null;
};

export type TaskOutcome =
  /** `resumed` is true when an earlier run had done it already. */
  | { ok: true; report: TaskReport; resumed: boolean }
  | { ok: false; code: TaskFailureCode; message: string; stderrTail: readonly string[] };

/** Nothing moves for so long: a driver or a disk hangs. */
const stallTimeoutMs = 10 * 60_000;
/** Taking out subtitles says nothing between two of them, and a sparse track of a large film on a slow disk has few. */
const quietStallTimeoutMs = 60 * 60_000;

/**
 * Does one encoding task in `{task}.partial/` and renames the folder when all that it should hold is there and on the disk.
 * A finished folder of the same plan, encoders and FFmpeg is taken as it is. A failed or stopped task leaves nothing.
 */
export async function runTask(task: PlannedTask, context: TaskContext): Promise<TaskOutcome> {
  const { plan, choice, workFolder, tools, log } = context;
  const key = checkpointKey(plan, task, choice, tools.version);
  const done = join(workFolder, taskFolder(task.id, 'done'));
  const report = await readCheckpoint(done, key);
  if (report !== null) {
    log.info({ task: task.id }, 'done already by an earlier run');
    return { ok: true, report, resumed: true };
  }
  const partial = join(workFolder, taskFolder(task.id, 'running'));
  await removeFolders(done, partial);
  try {
    const outcome = await makeParts(task, context, key, partial);
    if (!outcome.ok) return outcome;
    const earlier = await placeDone(partial, done, { plan, task, choice });
    if (earlier !== null) return { ok: true, report: earlier, resumed: true };
    await flushToDisk(workFolder);
    return outcome;
  } catch (error) {
    const failure = systemFailure(error);
    if (failure === null) throw error;
    return failure;
  } finally {
    await removeFolders(partial);
  }
}

/** What another node has brought meanwhile stays: somebody may read it already. Answers its report; null where ours is the first. */
async function placeDone(
  partial: string,
  done: string,
  made: Parameters<typeof readPartsOf>[1],
): Promise<TaskReport | null> {
  const earlier = await readPartsOf(done, made);
  if (earlier !== null) return earlier;
  await removeFolders(done);
  await rename(partial, done);
  return null;
}

async function makeParts(task: PlannedTask, context: TaskContext, key: string, partial: string): Promise<TaskOutcome> {
  const { plan, choice, sourcePath, tools, log, attempt } = context;
  const folder = taskFolder(task.id, 'running');
  const steps = taskSteps(plan, task, choice, sourcePath, folder, tools.gpuDevice?.() ?? null);
  await mkdir(partial, { recursive: true });
  let decodeErrors = 0;
  for (const [i, step] of steps.entries()) {
    const run = await runStep(task, step, { index: i, count: steps.length }, context);
    const { commandLine: command, elapsedMs } = run;
    if (!run.ok) {
      const { code, message, stderrTail } = run;
      log.warn({ task: task.id, attempt, command, code, elapsedMs, stderr: stderrTail }, message);
      return { ok: false, code, message, stderrTail };
    }
    log.info({ task: task.id, attempt, command, elapsedMs, decodeErrors: run.decodeErrors }, 'step done');
    decodeErrors += run.decodeErrors;
  }
  const expected = expectedFiles(
    plan,
    task,
    folder,
    steps.flatMap((step) => step.makes),
  );
  await removeOthers(partial, expected);
  const files: TaskReport['files'] = [];
  for (const path of expected) {
    const found = await stat(join(partial, path)).catch(() => null);
    if (found === null) return badOutput(`FFmpeg did not make ${path}`);
    // A subtitle without a cue is an empty SubRip file, and fonts of no bytes were seen too: the packager judges those.
    if (found.size === 0 && task.type !== 'extract') return badOutput(`FFmpeg left ${path} empty`);
    files.push({ path, sizeBytes: found.size });
  }
  const miscounted = await wrongCount(task, context, partial);
  if (miscounted !== null) return badOutput(miscounted);
  const report: TaskReport = {
    format: 1,
    task: task.id,
    key,
    attempt,
    ffmpegVersion: context.tools.version,
    files,
    decodeErrors,
  };
  await writeCheckpoint(partial, report);
  return { ok: true, report, resumed: false };
}

async function runStep(
  task: PlannedTask,
  step: FfmpegStep,
  { index, count }: { index: number; count: number },
  { workFolder, tools, clock, log, signal, onProgress }: TaskContext,
): Promise<FfmpegOutcome> {
  for (const folder of step.folders) await mkdir(join(workFolder, folder), { recursive: true });
  return runFfmpeg(
    { tool: 'ffmpeg', args: step.args, cwd: workFolder },
    {
      ...{ tools, clock, log, signal },
      stallTimeoutMs: task.type === 'extract' ? quietStallTimeoutMs : stallTimeoutMs,
      partialPaths: step.makes.map((path) => join(workFolder, path)),
      expected: { frames: step.frames, durationSec: step.durationSec },
      onProgress: ({ ratio, fps, speed, bitrateBps }) =>
        onProgress?.({ ratio: ratio === null ? null : (index + ratio) / count, fps, speed, bitrateBps }),
    },
  );
}

/** Every rung of a chunk holds exactly the chunk's pictures, or the chunks would not join. */
async function wrongCount(task: PlannedTask, context: TaskContext, partial: string): Promise<string | null> {
  const { chunk } = task;
  if (task.type !== 'video' || chunk === null) return null;
  for (const rung of context.plan.video.filter(({ id }) => task.renditions.includes(id))) {
    const file = chunkFile(rung);
    const pictures = await countPictures(join(partial, file), context);
    if (pictures !== chunk.frames) {
      return `${file} of ${task.id} holds ${pictures ?? 'an unknown number of'} pictures instead of ${chunk.frames}`;
    }
  }
  return null;
}

function badOutput(message: string): TaskOutcome {
  return { ok: false, code: 'bad-output', message, stderrTail: [] };
}

/** What the system said while folders were made, flushed or renamed; null for anything that is a fault of ours. */
function systemFailure(error: unknown): TaskOutcome | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const message = error instanceof Error ? error.message : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return { ok: false, code: 'disk-full', message: `the disk is full: ${message}`, stderrTail: [] };
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return { ok: false, code: 'permission', message: `the system refused access: ${message}`, stderrTail: [] };
  }
  return null;
}

async function removeFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}
