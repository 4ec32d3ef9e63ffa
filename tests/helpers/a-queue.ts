import { onTestFinished } from 'vitest';
import { addJob, type JobAdded, type NewJob } from '#main/queue/add-job.ts';
import { claimTask, readyTasks } from '#main/queue/claim-task.ts';
import { findJob, type JobRow } from '#main/queue/job-rows.ts';
import { claimJob, jobPlanned, type PlannedJob } from '#main/queue/probe-job.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { completeTask } from '#main/queue/settle-task.ts';
import { taskRows } from '#main/queue/task-rows.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { jobOptions } from '#shared/model/job.ts';
import type { PlannedTask } from '#shared/model/plan.ts';
import { aFacts } from './a-facts.ts';
import { builtIn, planOf } from './a-plan.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type TestQueue = QueueContext & {
  clock: HandClock;
  store: Store;
  dataDir: string;
  /** What was taken away from nodes so far. */
  taken: Lease[];
  /** Jobs whose completion was told, in its transaction. */
  completed: string[];
};

/** A queue on a real database, on a clock that stands; ends with the test. */
export async function aQueue(): Promise<TestQueue> {
  const dataDir = await temporaryFolder();
  const store = await openStore(dataDir);
  onTestFinished(() => store.close());
  const taken: Lease[] = [];
  const completed: string[] = [];
  return {
    db: store.db,
    clock: handClock(Date.parse('2026-01-31T12:00:00.000Z')),
    changed: () => {},
    revoked: (leases) => taken.push(...leases),
    completing: async (_trx, { id }) => void completed.push(id),
    ...{ store, dataDir, taken, completed },
  };
}

/** Adds a job of its own film, but for what is given. */
export function add(queue: QueueContext, id: string, set: Partial<NewJob> = {}): Promise<JobAdded> {
  return addJob(queue, {
    id,
    input: `/films/${id}.mkv`,
    outputDir: '/out',
    recipe: builtIn('draft'),
    profileId: null,
    options: jobOptions.parse({}),
    priority: 5,
    batchId: null,
    source: { fingerprint: `print of ${set.input ?? id}`, sizeBytes: 1000 },
    mounts: { input: null, output: null },
    createdBy: null,
    ttlMs: null,
    ...set,
  });
}

/** A short job: two pieces, a package of them, and its publication. */
export const fewTasks: readonly PlannedTask[] = [
  aTask('audio', { type: 'audio', priority: 10 }),
  aTask('video-0000', { type: 'video' }),
  aTask('package', { type: 'package', dependsOn: ['audio', 'video-0000'] }),
  aTask('validate', { type: 'validate', dependsOn: ['package'] }),
  aTask('publish', { type: 'publish', dependsOn: ['validate'] }),
];

/** A task of a plan, but for what is given. */
export function aTask(id: string, set: Partial<PlannedTask> = {}): PlannedTask {
  const plain = {
    type: 'video',
    weight: 1,
    dependsOn: [],
    resource: 'cpu',
    priority: 5,
    chunk: null,
    renditions: [],
  } as const;
  return { ...plain, dependsOn: [], renditions: [], id, ...set };
}

/** Adds a job and gives it its tasks, as the planner would. */
export async function planned(queue: QueueContext, id: string, tasks = fewTasks): Promise<void> {
  await add(queue, id);
  await plan(queue, tasks);
}

/** Gives the first job of the queue its tasks. */
export async function plan(queue: QueueContext, tasks = fewTasks): Promise<void> {
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1000 });
  if (claim === null) throw new Error('no job is queued');
  await jobPlanned(queue, claim, plannedBy(claim, tasks));
}

/** What the planner would make of a claimed job. */
export function plannedBy(claim: { jobId: string; job: JobRow }, tasks = fewTasks): PlannedJob {
  const facts = aFacts();
  return {
    facts,
    plan: planOf(facts, builtIn('draft')),
    tasks,
    choice: { video_640x360: 'libx264' },
    passedOver: [],
    source: { path: claim.job.input, sizeBytes: 1000, modifiedMs: 1, fingerprint: 'f' },
    folderKey: `folder-${claim.jobId}`,
    spread: null,
    findings: [],
  };
}

/** Leases a task of a job to a node; fails the test when that can't be. */
export async function lease(queue: QueueContext, jobId: string, key: string, nodeId = 'node-a'): Promise<Lease> {
  const held = await claimTask(queue, { taskId: `${jobId}.${key}`, nodeId, leaseMs: 30_000 });
  if (held === null) throw new Error(`${key} can't be leased`);
  const { taskId, attempt } = held;
  return { taskId, nodeId, attempt };
}

/** Leases and completes tasks, one after the other. */
export async function finish(queue: QueueContext, jobId: string, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const output = key === 'publish' ? `/out/${jobId}` : null;
    await completeTask(queue, await lease(queue, jobId, key), { findings: [], output });
  }
}

/** `video-0000 leased`, in the plan's order. */
export async function taskStates(queue: QueueContext, jobId: string): Promise<string[]> {
  const rows = await queue.db.transaction().execute((trx) => taskRows(trx, jobId));
  return rows.map(({ key, state }) => `${key} ${state}`);
}

/** The job as it is written down; fails the test when there is none. */
export async function jobOf(queue: QueueContext, id: string): Promise<JobRow> {
  const row = await queue.db.transaction().execute((trx) => findJob(trx, id));
  if (row === null) throw new Error(`there is no job ${id}`);
  return row;
}

/** `queued > probing`, `audio: ready > leased`: the timeline. */
export async function timeline(queue: QueueContext, jobId: string): Promise<string[]> {
  const rows = await queue.db.selectFrom('jobEvent').selectAll().where('jobId', '=', jobId).orderBy('id').execute();
  return rows.map(({ kind, taskKey, fromState, toState }) => {
    if (kind === 'created') return 'created';
    return `${taskKey === null ? '' : `${taskKey}: `}${fromState} > ${toState}`;
  });
}

/** Keys of what may begin now, in order. */
export async function ready(queue: QueueContext): Promise<string[]> {
  return (await readyTasks(queue.db, queue.clock.nowMs(), 100)).map(({ id }) => id);
}
