import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { taskTiles } from '#main/media/command/picture-filters.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { tileFile } from '#main/media/command/work-layout.ts';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';

/*
 * A task's folder without the ending `.partial` is a checkpoint: what is in it is whole, also after a power cut, and
 * `done.json` says what it was made for.
 */

export const taskReport = z.strictObject({
  format: z.literal(1),
  task: z.string(),
  /** Of all that decides what the parts look like: another plan, encoder or FFmpeg gives another key. */
  key: z.string(),
  attempt: z.number().int().positive(),
  /** Of who made it: parts of several versions join, as long as their stream headers are the same. */
  ffmpegVersion: z.string(),
  /** Relative to the task's folder. */
  files: z.array(z.strictObject({ path: z.string(), sizeBytes: z.number().int().nonnegative() })),
  /** How often FFmpeg told of damaged input that it went on after. */
  decodeErrors: z.number().int().nonnegative(),
});
export type TaskReport = z.infer<typeof taskReport>;

const reportName = 'done.json';

/** What a checkpoint must have been made for to count. */
export function checkpointKey(
  plan: EncodePlan,
  task: PlannedTask,
  choice: EncoderChoice,
  ffmpegVersion: string,
): string {
  const encoders = task.renditions.map((id) => [id, choice[id] ?? null]);
  return createHash('sha256')
    .update(JSON.stringify([plan, task.id, encoders, ffmpegVersion]))
    .digest('hex');
}

/** The report of a finished folder whose key fits and whose files are still there; null otherwise. */
export async function readCheckpoint(folder: string, key: string): Promise<TaskReport | null> {
  const report = await readReport(join(folder, reportName));
  return report === null || report.key !== key || !(await isWhole(folder, report)) ? null : report;
}

/** The report of a finished folder that this task of this plan left by these encoders, whichever FFmpeg it was. */
export async function readPartsOf(
  folder: string,
  { plan, task, choice }: { plan: EncodePlan; task: PlannedTask; choice: EncoderChoice },
): Promise<TaskReport | null> {
  const version = (await readReport(join(folder, reportName)))?.ffmpegVersion;
  return version === undefined ? null : readCheckpoint(folder, checkpointKey(plan, task, choice, version));
}

/** The report of a finished folder, whatever it was made for. */
export async function readParts(folder: string): Promise<TaskReport | null> {
  const report = await readReport(join(folder, reportName));
  return report !== null && (await isWhole(folder, report)) ? report : null;
}

async function isWhole(folder: string, report: TaskReport): Promise<boolean> {
  for (const { path, sizeBytes } of report.files) {
    const found = await stat(join(folder, path)).catch(() => null);
    if (found === null || !found.isFile() || found.size !== sizeBytes) return false;
  }
  return true;
}

/** Writes the report and brings the folder with all its files to the disk; renaming it is the caller's. */
export async function writeCheckpoint(folder: string, report: TaskReport): Promise<void> {
  for (const { path } of report.files) await flushToDisk(join(folder, path));
  await writeFileAtomically(join(folder, reportName), JSON.stringify(report));
  const folders = new Set(report.files.map(({ path }) => path.split('/').slice(0, -1).join('/')));
  for (const inner of folders) await flushToDisk(join(folder, inner));
  await flushToDisk(folder);
}

/** Every file that a task makes, relative to its folder: what its steps name, and a chunk's tiles. */
export function expectedFiles(plan: EncodePlan, task: PlannedTask, folder: string, makes: readonly string[]): string[] {
  const named = makes.map((path) => path.slice(folder.length + 1));
  const { first, count } = taskTiles(plan, task);
  return [...named, ...Array.from({ length: count }, (_, i) => tileFile(first + i))];
}

/** Deletes what an encoder left beside its output (the statistics of a first pass). */
export async function removeOthers(folder: string, wanted: readonly string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const kept = new Set(wanted.map((path) => path.split('/')[0]));
  for (const { name } of entries) if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

async function readReport(path: string): Promise<TaskReport | null> {
  try {
    return taskReport.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
