import { extraLost, isExtraTask } from '#main/queue/extra-task.ts';
import { offlinePlace } from '#main/queue/offline-place.ts';
import { type AfterFailure, afterFailure, retryDelayMs } from '#main/queue/retry-policy.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import type { TaskFault } from '#main/queue/settle.ts';
import { completeTask, failTask, fallBack, postponeTask, redoTask, releaseTask } from '#main/queue/settle-task.ts';
import type { Logger } from '#main/platform/logger.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import { taskFailureCode } from '#shared/model/failure.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { TaskEnding } from '#shared/protocol/node.ts';
import { assignmentOf } from './assignment.ts';
import { nodeFailed, nodesExonerated, nodeSucceeded } from './breaker.ts';
import type { Crew } from './crew.ts';
import { recordPace, workOfTask } from './measured-pace.ts';
import { opinionsOn } from './second-opinion.ts';

export type EndingDeps = {
  queue: QueueContext;
  crew: Crew;
  log: Logger;
  /** Software encoders for the rest of a job whose hardware failed, or why there are none. */
  chooseSoftware: (lease: Lease, because: string) => Promise<SoftwareChoice>;
  /** A full disk is waited for. False where a person waits for the job, who is told instead. */
  waitsForRoom: boolean;
  /** The node had too little memory for what it did side by side. */
  fewerFor: (lease: Lease) => void;
};

export type SoftwareChoice =
  | { ok: true; choice: Readonly<Record<string, string>>; findings: readonly Finding[] }
  | { ok: false; message: string };

/** Room may come at any time: a full disk never uses up a task's attempts. */
const fullDiskDelayMs = 10_000;
/** An unmounted disk is looked for again after this. */
const offlineDelayMs = 10_000;

/** Writes down how a task ended. False when the lease was lost: what was made under it counts for nothing. */
export async function taskEnded(deps: EndingDeps, lease: Lease, ending: TaskEnding): Promise<boolean> {
  const { queue } = deps;
  switch (ending.kind) {
    case 'done':
      return taskDone(deps, lease, ending);
    case 'released':
      return releaseTask(queue, lease, ending);
    case 'redo':
      return redoTask(queue, lease, ending.task, { code: 'redo', message: ending.message, stderrTail: [] });
    case 'failed':
      return taskFailed(deps, lease, ending, ending.findings);
  }
}

async function taskDone(
  { queue, crew }: EndingDeps,
  lease: Lease,
  { findings, output, pace }: Extract<TaskEnding, { kind: 'done' }>,
): Promise<boolean> {
  const work = pace === null ? null : await workOfTask(queue, lease);
  if (!(await completeTask(queue, lease, { findings, output }))) return false;
  await nodeSucceeded(queue, crew, lease.nodeId);
  if (pace !== null && work !== null) await recordPace(queue, crew, lease.nodeId, work, pace);
  return true;
}

async function taskFailed(
  deps: EndingDeps,
  lease: Lease,
  fault: TaskFault,
  findings: readonly Finding[],
): Promise<boolean> {
  const { queue, log } = deps;
  const next = await decide(deps, lease, fault);
  log.warn({ ...lease, code: fault.code, next: next.action }, fault.message);
  switch (next.action) {
    case 'ask-another': {
      const asideUntilMs = next.isNodesFault ? await nodeFailed(queue, deps.crew, lease.nodeId) : null;
      if (asideUntilMs !== null) log.warn({ node: lease.nodeId, asideUntilMs }, 'a node failed again and again');
      return postponeTask(queue, lease, fault, { delayMs: 0, counts: false });
    }
    case 'retry-with-fewer':
      deps.fewerFor(lease);
      return postponeTask(queue, lease, fault, { delayMs: next.delayMs, counts: true });
    case 'retry':
      return postponeTask(queue, lease, fault, { delayMs: next.delayMs, counts: true });
    case 'wait-for-room':
      return postponeTask(queue, lease, fault, { delayMs: fullDiskDelayMs, counts: false });
    case 'wait-for-disk': {
      const message = `${next.mount} is not mounted: the job waits until it is back (${fault.message})`;
      return postponeTask(
        queue,
        lease,
        { ...fault, code: 'root-offline', message },
        { delayMs: offlineDelayMs, counts: false },
      );
    }
    case 'fall-back': {
      const software = await deps.chooseSoftware(lease, fault.message);
      if (!software.ok)
        return failTask(queue, lease, { ...fault, message: `${fault.message}; ${software.message}` }, findings);
      return fallBack(queue, lease, fault, software);
    }
    case 'give-up': {
      const assigned = await assignmentOf(queue.db, lease);
      if (assigned === null || !isExtraTask(assigned.plan, assigned.task))
        return failTask(queue, lease, fault, findings);
      return completeTask(queue, lease, { findings: [extraLost(fault.message)], output: null });
    }
    case 'ask-user':
      return failTask(queue, lease, fault, findings);
    case 'stop':
      return releaseTask(queue, lease, { message: fault.message, delayMs: retryDelayMs(1) });
  }
}

type Decision =
  | AfterFailure
  | { action: 'wait-for-room' }
  | { action: 'wait-for-disk'; mount: string }
  /** One machine's word says little: the task goes to another, and loses none of its attempts. */
  | { action: 'ask-another'; isNodesFault: boolean };

async function decide(deps: EndingDeps, lease: Lease, { code }: TaskFault): Promise<Decision> {
  const { queue, crew } = deps;
  const known = taskFailureCode.safeParse(code);
  const job = await queue.db
    .selectFrom('task')
    .innerJoin('job', 'job.id', 'task.jobId')
    .select('job.mountsJson')
    .where('task.id', '=', lease.taskId)
    .executeTakeFirst();
  const mount = job === undefined ? null : await offlinePlace(job);
  if (mount !== null) return { action: 'wait-for-disk', mount };
  // What only packaging knows (a target that is taken, a package that its check rejected) is for people.
  if (!known.success) return { action: 'ask-user' };
  const isFar = crew.find(lease.nodeId)?.isLocal === false;
  if (known.data !== 'stopped' && (isFar || known.data !== 'bad-input')) {
    const { isAnotherAble, failedBefore } = await opinionsOn(queue, crew, lease);
    if (isAnotherAble) return { action: 'ask-another', isNodesFault: known.data !== 'disk-full' };
    await nodesExonerated(queue, crew, failedBefore);
  }
  if (known.data === 'disk-full' && deps.waitsForRoom) return { action: 'wait-for-room' };
  const row = await queue.db.selectFrom('task').select('failures').where('id', '=', lease.taskId).executeTakeFirst();
  const assigned = await assignmentOf(queue.db, lease);
  const usesHardware =
    assigned !== null &&
    assigned.task.type === 'video' &&
    assigned.task.renditions.some((id) => isHardwareEncoder(assigned.choice[id] ?? ''));
  return afterFailure({ code: known.data, attempts: (row?.failures ?? 0) + 1, usesHardware });
}
