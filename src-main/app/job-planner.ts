import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Crew } from '#main/fleet/crew.ts';
import { crewAdvice } from '#main/fleet/crew-advice.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { JobRow } from '#main/queue/job-rows.ts';
import { queuedMounts } from '#main/queue/next-job.ts';
import { diskLooker, offlinePlace } from '#main/queue/offline-place.ts';
import { claimJob, jobPlanned, jobPutBack, jobRefused, type ProbeClaim, renewProbe } from '#main/queue/probe-job.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { readSnapshot } from '#main/store/profile-snapshots.ts';
import { JobFault } from '#main/stages/job-fault.ts';
import { planSource } from '#main/stages/plan.ts';
import { jobKey, sourceIdentity } from '#main/stages/source-identity.ts';
import { jobOptions } from '#shared/model/job.ts';
import type { PlannedTask } from '#shared/model/plan.ts';
import type { PlannedPlaces, TakePlaces } from './take-places.ts';

export type PlannerOptions = {
  queue: QueueContext;
  /** Null where there is no machine but this one: the plan is the same each time, so that its parts are found again. */
  crew: Crew | null;
  tools: FfmpegTools;
  log: Logger;
  jobLog: (jobId: string) => Logger;
  /** This server's run: what an earlier one had claimed is lost. */
  owner: string;
  takePlaces: TakePlaces;
  /** False where a person waits for the job: a full disk is told at once. */
  waitsForRoom: boolean;
};

export type JobPlanner = {
  /** Looks at as many sources as may be worked on and are not. */
  turn: (mostActive: number) => Promise<void>;
  /** Mount points of queued jobs that had no disk in the last turn. */
  away: () => ReadonlySet<string>;
  /** Gives back what is being looked at. */
  stop: () => Promise<void>;
};

const leaseMs = 60_000;
const renewEveryMs = 15_000;
/** A disk that went away between the look at it and the claim is looked for again after this. */
const offlineDelayMs = 30_000;
/** Room may come at any time. */
const fullDelayMs = 10_000;

/** Turns queued jobs into tasks: probe, plan, choose encoders. The looking is FFmpeg's, in processes of its own. */
export function jobPlanner(options: PlannerOptions): JobPlanner {
  const { queue, tools, log, owner } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const lookForDisks = diskLooker(queue.clock);
  let away: ReadonlySet<string> = new Set();

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
    const jobLog = options.jobLog(job.id);
    const offline = await offlinePlace(job);
    if (offline !== null) {
      const because = { code: 'root-offline', message: `${offline} is not mounted: the job waits until it is back` };
      await jobPutBack(queue, claim, { notBeforeMs: queue.clock.nowMs() + offlineDelayMs, because });
      return;
    }
    const wanted = jobOptions.parse(JSON.parse(job.optionsJson));
    const recipe = await readSnapshot(queue.db, job.profileHash);
    if (recipe === null) throw new Error(`the recipe ${job.profileHash} is gone`);
    const request = { ...wanted, path: job.input, profile: recipe, name: wanted.name ?? undefined };
    // Before the probe: of a file that grows meanwhile the plan is of what it was. What can't be read, the probe refuses.
    const seen = await sourceIdentity(job.input).catch(() => null);
    const { requires } = wanted;
    const crew = options.crew === null ? undefined : crewAdvice(options.crew, queue, { jobId: job.id, requires });
    const planned = await planSource({ ...request, crew }, { tools, log: jobLog }, signal);
    if (!planned.ok) {
      await jobRefused(queue, claim, planned.refused);
      return;
    }
    const { facts, plan, choice, passedOver, spread } = planned;
    jobLog.info({ plan, encoders: choice, passedOver, spread }, 'planned');
    const source = seen ?? (await sourceIdentity(job.input));
    const folderKey = jobKey(source, plan);
    const { overwrite } = wanted;
    const places = { jobId: job.id, folderKey, facts, plan, source, outDir: job.outputDir, overwrite };
    const hindrance = await hindranceAt(places);
    if (hindrance?.code === 'disk-full' && options.waitsForRoom) {
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
      folderKey,
      spread,
      findings: facts.oddities,
    });
  };

  /** What is in the way of a job; null when nothing is. */
  const hindranceAt = async (places: PlannedPlaces): Promise<JobFault | null> => {
    try {
      await options.takePlaces(places);
      return null;
    } catch (error) {
      if (error instanceof JobFault) return error;
      throw error;
    }
  };

  return {
    away: () => away,
    turn: async (mostActive) => {
      away = await lookForDisks(await queuedMounts(queue.db, queue.clock.nowMs()));
      while (!stopping.signal.aborted) {
        const claim = await claimJob(queue, { owner, leaseMs, mostActive, away });
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

/** What hardware encodes waits for the GPU, all else for the processor. */
function onItsResource(task: PlannedTask, choice: Readonly<Record<string, string>>): PlannedTask {
  const usesHardware = task.type === 'video' && task.renditions.some((id) => isHardwareEncoder(choice[id] ?? ''));
  return usesHardware ? { ...task, resource: 'gpu-encode' } : task;
}
