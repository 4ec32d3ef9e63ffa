import type { Hands, TaskTools } from '#main/agent/hands.ts';
import { runTask } from '#main/agent/run-task.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { stageOfTask } from '#main/queue/job-states.ts';
import { JobFault } from '#main/stages/job-fault.ts';
import { lookAtTarget } from '#main/stages/target.ts';
import { openWorkFolder, pruneWorkFolders, removeWorkFolder, type WorkFolder } from '#main/stages/work-folder.ts';
import type { Assignment, TaskEnding } from '#shared/protocol/node.ts';
import { ensureSpace, spaceNeeds } from '#main/stages/space.ts';
import { damage } from '#main/agent/source-damage.ts';
import { type PackagingDesk, packagingDesk } from './packaging-desk.ts';
import { appendJobLog } from './job-log.ts';
import type { PackageMaker } from './package-maker.ts';
import { folderBytes, type PlannedPlaces } from './take-places.ts';

export type HandsOptions = {
  /** Absolute. */
  dataDir: string;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  encrewVersion: string;
  /** In the data folder when left out. */
  jobLog?: ((jobId: string) => Logger) | undefined;
  /** Encrew's own when left out. */
  makePackage?: PackageMaker | undefined;
};

export type NodeHands = Hands & {
  /** Takes a job's folders before any of its tasks. Throws JobFault when one of them can't be had, and then holds none. */
  prepare: (planned: PlannedPlaces) => Promise<void>;
  /** Gives everything up. */
  giveUp: (keepParts: boolean) => Promise<void>;
};

type BenchOwner = Pick<Assignment, 'folderKey' | 'plan' | 'jobId'>;
/** A job's folder on this machine, held while the job has work here. */
type Bench = { work: WorkFolder; packaging: PackagingDesk };

/** How soon to ask again for a folder that a dying process still holds. */
const busyDelayMs = 500;

/** The hands of the server's own node: it encodes in the data folder, and packages, checks and publishes what came of it. */
export function nodeHands(options: HandsOptions): NodeHands {
  const { dataDir, tools, clock, log } = options;
  const jobLog = options.jobLog ?? ((jobId: string) => appendJobLog(dataDir, jobId, clock, log));
  const benches = new Map<string, Promise<Bench>>();

  const openBench = async ({ folderKey, plan, jobId }: BenchOwner): Promise<Bench> => {
    await pruneWorkFolders(dataDir, clock.nowMs());
    const work = await openWorkFolder(dataDir, folderKey, clock.nowMs());
    try {
      const [parts] = spaceNeeds(plan, { workFolder: work.path, outDir: work.path }, await folderBytes(work.path));
      if (parts !== undefined) await ensureSpace([parts]);
      return { work, packaging: packagingDesk({ ...options, work, log: jobLog(jobId) }) };
    } catch (error) {
      await work.keep();
      throw error;
    }
  };
  const benchOf = (assignment: BenchOwner): Promise<Bench> => {
    const open = benches.get(assignment.folderKey) ?? openBench(assignment);
    benches.set(assignment.folderKey, open);
    open.catch(() => {
      if (benches.get(assignment.folderKey) === open) benches.delete(assignment.folderKey);
    });
    return open;
  };
  const close = async (folderKey: string, keepParts: boolean): Promise<void> => {
    const opening = benches.get(folderKey);
    // At once: a task that comes meanwhile finds no bench that is being cleared away, but waits for a new one.
    benches.delete(folderKey);
    const bench = await opening?.catch(() => null);
    if (bench === null || bench === undefined) {
      // Parts of other nodes may lie there, though nothing was done here.
      if (!keepParts) await removeWorkFolder(dataDir, folderKey);
      return;
    }
    try {
      await bench.packaging.close();
    } finally {
      await (keepParts ? bench.work.keep() : bench.work.remove());
    }
  };

  const giveUp = async (keepParts: boolean): Promise<void> => {
    for (const folderKey of [...benches.keys()]) await close(folderKey, keepParts);
  };

  return {
    execute: async (assignment, taskTools) => {
      try {
        const bench = await benchOf(assignment);
        return stageOfTask[assignment.task.type] === 'encoding'
          ? await encode(assignment, bench.work.path, taskTools)
          : await bench.packaging.execute(assignment, taskTools.signal);
      } catch (error) {
        if (taskTools.signal.aborted) return stopped;
        if (!(error instanceof JobFault)) throw error;
        const { code, message, findings } = error;
        if (code === 'busy') return { kind: 'released', message, delayMs: busyDelayMs };
        return { kind: 'failed', code, message, stderrTail: [], findings: [...findings] };
      }
    },
    forget: ({ folderKey, keepParts }) => close(folderKey, keepParts),
    close: () => giveUp(true),
    giveUp,
    prepare: async (planned) => {
      const { folderKey, plan, source, outDir, overwrite } = planned;
      // Before a folder is made for it.
      await lookAtTarget({ outDir, plan, sourcePath: source.path, fingerprint: source.fingerprint, overwrite });
      const bench = await benchOf(planned);
      try {
        await bench.packaging.hold(planned);
        const workFolder = bench.work.path;
        await ensureSpace(spaceNeeds(plan, { workFolder, outDir }, await folderBytes(workFolder)));
      } catch (error) {
        await close(folderKey, true);
        throw error;
      }
    },
  };

  async function encode(assignment: Assignment, workFolder: string, task: TaskTools): Promise<TaskEnding> {
    const { plan, choice, lease, source } = assignment;
    const beganMs = clock.monotonicMs();
    const outcome = await runTask(assignment.task, {
      ...{ plan, choice, sourcePath: source.path, workFolder, tools, clock, log: jobLog(assignment.jobId) },
      signal: task.signal,
      attempt: lease.attempt,
      onProgress: task.onProgress,
    });
    if (outcome.ok) {
      const { decodeErrors } = outcome.report;
      const encodeSec = (clock.monotonicMs() - beganMs) / 1000;
      return {
        kind: 'done',
        output: null,
        pace: outcome.resumed ? null : { encodeSec, reading: null, sending: null },
        findings: decodeErrors > 0 ? [damage(assignment.task, decodeErrors)] : [],
      };
    }
    const { code, message, stderrTail } = outcome;
    return code === 'stopped' ? stopped : { kind: 'failed', code, message, stderrTail: [...stderrTail], findings: [] };
  }
}

const stopped: TaskEnding = { kind: 'released', message: 'stopped as asked', delayMs: 0 };
