import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { isHardwareEncoder } from '#main/media/command/capability-lists.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { JobRow } from '#main/queue/job-rows.ts';
import { offlinePlace } from '#main/queue/offline-place.ts';
import { claimJob, jobPlanned, jobPutBack, jobRefused, type ProbeClaim, renewProbe } from '#main/queue/probe-job.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { readSnapshot } from '#main/store/profile-snapshots.ts';
import { JobFault } from '#main/stages/job-fault.ts';
import { planSource } from '#main/stages/plan.ts';
import { jobKey, type SourceIdentity, sourceIdentity } from '#main/stages/source-identity.ts';
import { ensureSpace, spaceNeeds } from '#main/stages/space.ts';
import { lookAtTarget } from '#main/stages/target.ts';
import { jobOptions } from '#shared/model/job.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import { appendJobLog } from './job-log.ts';

export type PlannerOptions = {
  queue: QueueContext;
  tools: FfmpegTools;
  log: Logger;
  dataDir: string;
  /** This server's run: what an earlier one had claimed is lost. */
  owner: string;
};

export type JobPlanner = {
  /** Looks at as many sources as may be worked on and are not. */
  turn: (mostActive: number) => Promise<void>;
  /** Gives back what is being looked at. */
  stop: () => Promise<void>;
};

const leaseMs = 60_000;
const renewEveryMs = 15_000;
/** An unmounted disk is looked for again after this. */
const offlineDelayMs = 30_000;
/** Room may come at any time. */
const fullDelayMs = 10_000;

/** Turns queued jobs into tasks: probe, plan, choose encoders. The looking is FFmpeg's, in processes of its own. */
export function jobPlanner({ queue, tools, log, dataDir, owner }: PlannerOptions): JobPlanner {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  const begin = (claim: ProbeClaim & { job: JobRow }): void => {
    const work = planJob(claim).catch((error: unknown) => {
      log.error({ job: claim.jobId, error: error instanceof Error ? error.stack : String(error) }, 'planning failed');
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const planJob = async (claim: ProbeClaim & { job: JobRow }): Promise<void> => {
    const lost = new AbortController();
    const signal = AbortSignal.any([stopping.signal, lost.signal]);
    let cancelRenewal = (): void => {};
    const renewLater = (): void => {
      cancelRenewal = queue.clock.after(renewEveryMs, () => {
        renewProbe(queue, claim, leaseMs).then(
          (isMine) => (isMine ? renewLater() : lost.abort()),
          () => renewLater(),
        );
      });
    };
    renewLater();
    try {
      await look(claim, signal);
    } catch (error) {
      if (stopping.signal.aborted) await jobPutBack(queue, claim, { notBeforeMs: null, because: null });
      else if (!lost.signal.aborted) {
        const message = error instanceof Error ? error.message : String(error);
        await jobRefused(queue, claim, { code: 'unknown', message: `a fault of Encrew itself: ${message}` });
        throw error;
      }
    } finally {
      cancelRenewal();
    }
  };

  const look = async (claim: ProbeClaim & { job: JobRow }, signal: AbortSignal): Promise<void> => {
    const { job } = claim;
    const jobLog = appendJobLog(dataDir, job.id, queue.clock, log);
    const offline = await offlinePlace(job);
    if (offline !== null) {
      const because = { code: 'root-offline', message: `${offline} is not mounted: the job waits until it is back` };
      await jobPutBack(queue, claim, { notBeforeMs: queue.clock.nowMs() + offlineDelayMs, because });
      return;
    }
    const isThere = await access(job.input).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      const message = `${job.input} is not there, or may not be read: put it back and retry the job`;
      await jobRefused(queue, claim, { code: 'source-missing', message });
      return;
    }
    const options = jobOptions.parse(JSON.parse(job.optionsJson));
    const recipe = await readSnapshot(queue.db, job.profileHash);
    if (recipe === null) throw new Error(`the recipe ${job.profileHash} is gone`);
    const request = { ...options, path: job.input, profile: recipe, name: options.name ?? undefined };
    const source = await sourceIdentity(job.input);
    const planned = await planSource(request, { tools, log: jobLog }, signal);
    if (!planned.ok) {
      await jobRefused(queue, claim, planned.refused);
      return;
    }
    const { facts, plan, choice, passedOver } = planned;
    jobLog.info({ plan, encoders: choice, passedOver }, 'planned');
    const { overwrite } = options;
    const hindrance = await hindranceAt({ outDir: job.outputDir, plan, source, overwrite }, dataDir);
    if (hindrance?.code === 'disk-full') {
      const because = { code: 'no-space', message: hindrance.message };
      await jobPutBack(queue, claim, { notBeforeMs: queue.clock.nowMs() + fullDelayMs, because });
      return;
    }
    if (hindrance !== null) {
      await jobRefused(queue, claim, { code: hindrance.code, message: hindrance.message });
      return;
    }
    await jobPlanned(queue, claim, {
      ...{ facts, plan, choice, passedOver, source },
      tasks: plan.tasks.map((task) => onItsResource(task, choice)),
      folderKey: jobKey(source, plan),
      findings: facts.oddities,
    });
  };

  return {
    turn: async (mostActive) => {
      while (!stopping.signal.aborted) {
        const claim = await claimJob(queue, { owner, leaseMs, mostActive });
        if (claim === null) return;
        begin(claim);
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}

type Places = { outDir: string; plan: EncodePlan; source: SourceIdentity; overwrite: boolean };

/**
 * What is in the way of the package, or too little room for it and its parts: told before hours of encoding, not after.
 * Null when nothing is.
 */
async function hindranceAt({ outDir, plan, source, overwrite }: Places, dataDir: string): Promise<JobFault | null> {
  try {
    await lookAtTarget({ outDir, plan, sourcePath: source.path, fingerprint: source.fingerprint, overwrite });
    await ensureSpace(spaceNeeds(plan, { workFolder: join(dataDir, 'work'), outDir }, 0));
    return null;
  } catch (error) {
    if (error instanceof JobFault) return error;
    throw error;
  }
}

/** What hardware encodes waits for the GPU, all else for the processor. */
function onItsResource(task: PlannedTask, choice: Readonly<Record<string, string>>): PlannedTask {
  const usesHardware = task.type === 'video' && task.renditions.some((id) => isHardwareEncoder(choice[id] ?? ''));
  return usesHardware ? { ...task, resource: 'gpu-encode' } : task;
}
