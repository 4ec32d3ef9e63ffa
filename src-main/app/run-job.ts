import { availableParallelism } from 'node:os';
import { slotsOf } from '#main/agent/offer/slots.ts';
import { runTask } from '#main/agent/run-task.ts';
import { isHardwareEncoder } from '#main/media/command/capability-lists.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { extraLost, isExtraTask } from '#main/queue/extra-task.ts';
import { stageOfTask } from '#main/queue/job-states.ts';
import { JobFault } from '#main/stages/job-fault.ts';
import type { PlannedTask } from '#shared/model/plan.ts';
import type { JobRun } from './job.ts';
import { type PackagingState, packagingTask } from './packaging-tasks.ts';
import { progressNews } from './progress-news.ts';
import { damage } from './source-damage.ts';

import { softwareChoice } from './software-choice.ts';
import { runGraph, type TaskEnd, type TaskFailure } from './run-graph.ts';

/**
 * Does all tasks of a planned job and answers where its package is. Clears up behind itself: the staging folder always, the
 * finished parts unless the same job can go on with them. Throws JobFault, or what it was stopped with.
 */
export async function runJob(job: JobRun): Promise<string> {
  const { places, signal } = job;
  try {
    const output = await runTasks(job);
    await places.work.remove();
    return output;
  } catch (error) {
    // A person can make room or give a right; a stop and a fault of ours say nothing against the parts.
    const isFinal = error instanceof JobFault && error.code !== 'disk-full' && error.code !== 'permission';
    await (isFinal && !signal.aborted ? places.work.remove() : places.work.keep());
    throw error;
  } finally {
    await places.staging.remove();
  }
}

async function runTasks(job: JobRun): Promise<string> {
  const { planned, places, clock, log, told } = job;
  const { plan } = planned;
  const early = new AbortController();
  const news = progressNews(job, early);
  const packaging: PackagingState = { draft: null, checked: null, output: null, redone: new Set() };
  let choice = planned.choice;

  const execute = async (task: PlannedTask, attempt: number, signal: AbortSignal): Promise<TaskEnd> => {
    news.stage(task);
    if (stageOfTask[task.type] !== 'encoding') return packagingTask(task, { ...job, signal }, packaging, choice);
    const outcome = await runTask(task, {
      ...{ plan, choice, sourcePath: job.sourcePath, workFolder: places.work.path, tools: job.tools },
      ...{ clock, log, signal, attempt },
      onProgress: (progress) => news.progress(task.id, progress),
    });
    news.ended(task.id, outcome.ok && outcome.resumed ? task.weight : 0);
    if (!outcome.ok) return outcome;
    if (outcome.report.decodeErrors > 0) told.push(damage(task, outcome.report.decodeErrors));
    return { ok: true };
  };

  const end = await runGraph({
    tasks: plan.tasks.map((task) => (usesHardware(task, choice) ? { ...task, resource: 'gpu-encode' } : task)),
    slots: slotsOf(availableParallelism(), true),
    clock,
    log,
    signal: AbortSignal.any([job.signal, early.signal]),
    execute,
    usesHardware: (task) => usesHardware(task, choice),
    fallBack: async (failure) => {
      const next = await softwareChoice(plan, failure.message, choice, job);
      if (!next.ok) return next.message;
      told.push(...next.findings);
      choice = next.choice;
      return null;
    },
    goWithout: (task, failure) => {
      if (!isExtraTask(plan, task)) return false;
      told.push(extraLost(failure.message));
      return true;
    },
    onChange: (graph) => news.graph(graph),
  });
  if (!end.ok) throw new JobFault(end.failure.code, end.askUser ? askedFor(end.failure, job) : end.failure.message);
  if (packaging.output === null) throw new Error('all tasks are done, but nothing was published');
  return packaging.output;
}

function askedFor({ message }: TaskFailure, { places }: JobRun): string {
  return `${message} (in ${places.work.path}). Correct that and run the same command again: what is finished stays`;
}

function usesHardware(task: PlannedTask, choice: EncoderChoice): boolean {
  return task.type === 'video' && task.renditions.some((id) => isHardwareEncoder(choice[id] ?? ''));
}
