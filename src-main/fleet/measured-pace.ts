import { plannedOf } from '#main/queue/task-rows.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { recordLink, recordSpeed } from '#main/store/node-speeds.ts';
import type { TaskPace } from '#shared/protocol/node.ts';
import { workOf } from './assign.ts';
import { choiceOf, encodersOf } from './candidates.ts';
import type { Crew } from './crew.ts';

/** Shorter runs tell more about a start than about a speed. */
const leastSec = 1;
/** Smaller transfers tell more about a round trip than about a line. */
const leastBytes = 256 * 1024;

/** What kind of work a task is, and how much. */
export type TaskWork = { jobId: string; work: string; weight: number };

/** Null for a task without pictures: others take too little time to be measured. */
export async function workOfTask({ db }: QueueContext, { taskId }: Lease): Promise<TaskWork | null> {
  const row = await db
    .selectFrom('task')
    .innerJoin('jobPlan', 'jobPlan.jobId', 'task.jobId')
    .select(['task.jobId', 'task.weight', 'task.plannedJson', 'jobPlan.choiceJson'])
    .where('task.id', '=', taskId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const encoders = encodersOf(plannedOf(row), choiceOf(row));
  return encoders.length === 0 ? null : { jobId: row.jobId, work: workOf(encoders), weight: row.weight };
}

/** Takes what a finished task took for the speed of its node and of the line to it. */
export async function recordPace(
  queue: QueueContext,
  crew: Crew,
  nodeId: string,
  { jobId, work, weight }: TaskWork,
  { encodeSec, reading, sending }: TaskPace,
): Promise<void> {
  const member = crew.find(nodeId);
  if (encodeSec >= leastSec) {
    const measured = { nodeId, work, weightPerSec: weight / encodeSec };
    const speed = await recordSpeed(queue.db, measured, queue.clock.nowMs());
    if (member !== null) member.speeds = new Map(member.speeds).set(work, speed);
  }
  if (reading?.way === 'path' || reading?.way === 'copy') member?.sourcesOf.add(jobId);
  const transfers = [sending, reading?.way === 'path' ? null : reading];
  for (const transfer of transfers) {
    if (transfer === null || transfer === undefined || transfer.bytes < leastBytes || transfer.sec <= 0) continue;
    const linkBps = await recordLink(queue.db, nodeId, (transfer.bytes * 8) / transfer.sec);
    if (member !== null) member.linkBps = linkBps;
  }
}
