import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { info } from '#main/media/check/finding-of.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import { type CheckResult, checkPackage } from '#main/stages/check/check-package.ts';
import { packageFiles } from '#main/stages/check/package-files.ts';
import { writeCertificate } from '#main/stages/check/write-certificate.ts';
import { JobFault, writeFault } from '#main/stages/job-fault.ts';
import { keepForeignFiles, keepPlaylists } from '#main/stages/keep-earlier.ts';
import type { PackageDraft } from '#main/stages/package/package-draft.ts';
import { publish } from '#main/stages/publish.ts';
import { isUnchanged } from '#main/stages/source-identity.ts';
import type { PlannedTask } from '#shared/model/plan.ts';
import { certifiedFonts } from './certified-fonts.ts';
import type { PackagingJob } from './job.ts';
import { fileTimestamp } from './job-log.ts';
import { makePackage } from './package-maker.ts';
import { finalSizeFault } from './size-rule.ts';

/** What the last three tasks hand to each other. */
export type PackagingState = {
  draft: PackageDraft | null;
  checked: CheckResult | null;
  /** The published master playlist or file. */
  output: string | null;
};

export type PackagingEnd =
  | { ok: true }
  /** An earlier task's parts turned out to be unusable: it has to be done again, and then this one. */
  | { ok: false; redo: string; message: string };

/** Less than the smallest segment. */
const fullBytes = 64 * 1024;

/** Does a task that the server does itself: package, validate or publish. Throws JobFault. */
export async function packagingTask(
  task: PlannedTask,
  job: PackagingJob,
  state: PackagingState,
  choice: EncoderChoice,
): Promise<PackagingEnd> {
  try {
    switch (task.type) {
      case 'package':
        return await makeIt(job, state);
      case 'validate':
        await validateIt(job, state);
        return { ok: true };
      case 'publish':
        await publishIt(job, state, choice);
        return { ok: true };
      case 'extract':
      case 'video':
      case 'audio':
        throw new RangeError(`task ${task.id} is an encoder's`);
    }
  } catch (error) {
    throw writeFault(error, job.places.target.outDir);
  }
}

/** The package's own root: what is checked. */
function stagedPath({ places }: PackagingJob): string {
  return join(places.staging.path, basename(places.target.path));
}

async function makeIt(job: PackagingJob, state: PackagingState): Promise<PackagingEnd> {
  const { planned, places, tools, log, signal, told } = job;
  const { plan, facts } = planned;
  const isFolder = places.target.kind === 'folder';
  await rm(stagedPath(job), { recursive: true, force: true });
  if (isFolder) await mkdir(stagedPath(job));
  const staging = isFolder ? stagedPath(job) : places.staging.path;
  const request = { plan, facts, sourcePath: job.sourcePath, work: places.work.path, staging };
  const made = await (job.makePackage ?? makePackage)(request, { tools, log }, signal);
  signal.throwIfAborted();
  if (made.ok) {
    state.draft = made.draft;
    told.push(...made.draft.findings);
    log.info({ draft: made.draft }, 'packaged');
    return { ok: true };
  }
  const { code, message, task } = made.failure;
  if (code === 'disk-full' || (await isFull(places.target.outDir))) {
    throw new JobFault('disk-full', `${places.target.outDir} is full: make room and encode again (${message})`);
  }
  if (task === null) throw new JobFault('package-failed', message);
  await rm(join(places.work.path, taskFolder(task, 'done')), { recursive: true, force: true });
  return { ok: false, redo: task, message };
}

/** FFmpeg's HLS muxer loses segments on a full disk without a word. */
async function isFull(path: string): Promise<boolean> {
  return (await freeSpace(path)).freeBytes < fullBytes;
}

async function validateIt(job: PackagingJob, state: PackagingState): Promise<void> {
  const { planned, places, signal, log, told } = job;
  const checked = await checkPackage(stagedPath(job), { sourceFacts: planned.facts, certificate: 'ignore', signal });
  state.checked = checked;
  log.info({ findings: checked.findings, checked: checked.checked }, 'checked');
  const errors = checked.findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first !== undefined) {
    const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    const message = `the package failed its check and was not published: ${first.where ?? 'package'}: ${first.message}${more}`;
    throw new JobFault('package-rejected', message, { findings: checked.findings });
  }
  const tooLarge = finalSizeFault(planned.plan, await packageBytes(job));
  if (tooLarge !== null) throw tooLarge;
  if (!(await isUnchanged(places.source))) {
    const message = `${job.sourcePath} changed while it was encoded: wait until it is complete, then encode it again`;
    throw new JobFault('source-changed', message);
  }
  told.push(...checked.findings);
}

/** Without the original that travels along. */
async function packageBytes(job: PackagingJob): Promise<number> {
  if (job.places.target.kind === 'file') return (await stat(stagedPath(job))).size;
  const files = [...(await packageFiles(stagedPath(job))).values()];
  return files.reduce((sum, { path, sizeBytes }) => (path.startsWith('original/') ? sum : sum + sizeBytes), 0);
}

async function publishIt(job: PackagingJob, state: PackagingState, choice: EncoderChoice): Promise<void> {
  const { planned, places, clock, tools, told } = job;
  const { target, staging, source } = places;
  const { plan, facts } = planned;
  const isFolder = target.kind === 'folder';
  const nowMs = clock.nowMs();
  const playlists = await keepPlaylists(target, stagedPath(job), fileTimestamp(nowMs));
  const fonts = isFolder ? await certifiedFonts(stagedPath(job)) : [];
  await writeCertificate(
    isFolder
      ? { root: stagedPath(job), name: plan.name, onlyFile: null }
      : { root: staging.path, name: plan.name, onlyFile: basename(target.path) },
    {
      createdAt: new Date(nowMs).toISOString(),
      encrewVersion: job.encrewVersion,
      tools: { ffmpeg: tools.version, ...encodersUsed(choice) },
      source: {
        fileName: basename(source.path),
        sizeBytes: source.sizeBytes,
        fingerprint: source.fingerprint,
        durationSec: facts.durationSec,
      },
      profile: plan.profile,
      plan,
      streams: state.checked?.streams ?? [],
      fonts,
      findings: [...told],
    },
    job.signal,
  );
  const foreign = await keepForeignFiles(target, stagedPath(job));
  const kept = [...playlists, ...foreign];
  if (kept.length > 0) told.push(info('kept-from-earlier', null, `kept of the earlier package: ${kept.join(', ')}`));
  job.signal.throwIfAborted();
  state.output = await publish(target, staging.path);
}

/** `encoder video_1280x720`: `libx264`. */
function encodersUsed(choice: EncoderChoice): Record<string, string> {
  return Object.fromEntries(Object.entries(choice).map(([id, encoder]) => [`encoder ${id}`, encoder]));
}
