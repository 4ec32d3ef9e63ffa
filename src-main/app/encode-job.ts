import { basename, resolve } from 'node:path';
import { JobFault } from '#main/stages/job-fault.ts';
import { planSource } from '#main/stages/plan.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodeJob, JobResult } from './job.ts';
import { openJobLog } from './job-log.ts';
import { openPlaces } from './job-places.ts';
import { runJob } from './run-job.ts';

/**
 * One film by one profile, from a path to a published package: probe, plan, encode, package, validate, publish. Whatever
 * hinders that is a value; throws only for a fault of Encrew itself, after clearing up.
 */
export async function encodeJob(job: EncodeJob): Promise<JobResult> {
  const { log, path: logPath } = openJobLog(job.options.dataDir, basename(job.input), job.clock, job.log);
  const told: Finding[] = [];
  const ended = (state: JobResult['state'], rest: Pick<JobResult, 'output' | 'error'>): JobResult => {
    log.info({ state, ...rest }, 'the job has ended');
    job.onEvent({ type: 'state', state });
    return { state, ...rest, findings: told, logPath };
  };
  let begun = false;
  try {
    const sourcePath = resolve(job.input);
    log.info({ input: sourcePath, outDir: job.outDir, profile: job.profile.name, tools: job.tools }, 'the job begins');
    job.onEvent({ type: 'state', state: 'probing' });
    const { chunkSec, acceptTruncated, name } = job.options;
    const request = { path: sourcePath, profile: job.profile, chunkSec, acceptTruncated, name };
    const planned = await planSource(request, { tools: job.tools, log }, job.signal);
    if (!planned.ok) return ended('refused', { output: null, error: planned.refused });
    told.push(...planned.facts.oddities);
    log.info({ plan: planned.plan, encoders: planned.choice, passedOver: planned.passedOver }, 'planned');
    job.onEvent({ type: 'state', state: 'planning' });
    job.onEvent({ type: 'planned', plan: planned.plan });

    const places = await openPlaces(job, planned.plan, sourcePath);
    begun = true;
    const output = await runJob({ ...job, log, planned, sourcePath, places, told });
    return ended('completed', { output, error: null });
  } catch (error) {
    if (job.signal.aborted) {
      const message = 'stopped as asked; the same command goes on where this one ended';
      return ended('failed', { output: null, error: { code: 'stopped', message } });
    }
    if (!(error instanceof JobFault)) {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a fault of Encrew itself');
      throw error;
    }
    told.push(...error.findings);
    const { code, message } = error;
    return ended(begun ? 'failed' : 'refused', { output: null, error: { code, message } });
  }
}
