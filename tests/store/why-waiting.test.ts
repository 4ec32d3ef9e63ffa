import { expect, test } from 'vitest';
import { jobDetailOf } from '#main/app/job-detail.ts';
import { type CrewMember, newCrew, type RunningTask } from '#main/fleet/crew.ts';
import { claimJob, jobPutBack } from '#main/queue/probe-job.ts';
import type { TaskFault } from '#main/queue/settle.ts';
import { failTask, postponeTask, releaseTask } from '#main/queue/settle-task.ts';
import { cancelJob, pauseJob } from '#main/queue/steer-job.ts';
import { pairNode } from '#main/store/nodes.ts';
import { aCrewMember } from '#tests/helpers/a-crew-member.ts';
import { add, aQueue, aTask, fewTasks, finish, lease, planned, type TestQueue } from '#tests/helpers/a-queue.ts';
import { offer } from '#tests/helpers/node-offer.ts';

type Now = { crew?: readonly CrewMember[]; isOpen?: boolean; mostActive?: number; away?: ReadonlySet<string> };

/** `node-b limits: B is full`, one a reason; the node is left out where it is the job's own. */
async function why(
  queue: TestQueue,
  id: string,
  { crew = [], isOpen = true, mostActive = 2, away = new Set() }: Now = {},
): Promise<string[]> {
  const all = newCrew();
  for (const member of crew) all.join(member);
  const detail = await jobDetailOf(queue, all, id, { isOpen, mostActive, away, preview: null });
  if (detail === null) throw new Error(`there is no job ${id}`);
  return detail.waiting.map(({ nodeId, code, message }) => `${nodeId === null ? '' : `${nodeId} `}${code}: ${message}`);
}

const fault: TaskFault = { code: 'stalled', message: 'no picture for a minute', stderrTail: [] };
const doing = (resource: RunningTask['resource']): RunningTask => ({
  ...{ attempt: 1, resource, jobId: 'x', weight: 1, encoders: [], startedMs: 0, ratio: 0 },
});

test('a queued job waits for those before it, for a free place, or not at all', async () => {
  const queue = await aQueue();
  for (const id of ['a', 'b', 'c', 'd', 'e']) await add(queue, id);
  expect(await why(queue, 'a')).toEqual([]);
  expect(await why(queue, 'b')).toEqual(['behind-others: 1 job goes first.']);
  expect(await why(queue, 'c')).toEqual(['behind-others: 2 jobs go first.']);
  for (let i = 0; i < 2; i += 1) await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 2 });
  expect(await why(queue, 'a')).toEqual([]);
  expect(await why(queue, 'c')).toEqual(['behind-others: 2 films are being worked on, and it is the next.']);
  expect(await why(queue, 'd')).toEqual(['behind-others: 2 films are being worked on, and 1 job goes first.']);
  expect(await why(queue, 'e')).toEqual(['behind-others: 2 films are being worked on, and 2 jobs go first.']);
  expect(await why(queue, 'c', { mostActive: 3 })).toEqual([]);
});

test('outside its hours nothing begins, but what runs goes on', async () => {
  const queue = await aQueue();
  await planned(queue, 'a');
  await add(queue, 'b');
  const closed = { isOpen: false };
  const reason = 'schedule: The schedule lets nothing begin now.';
  expect([await why(queue, 'a', closed), await why(queue, 'b', closed)]).toEqual([[reason], [reason]]);
  await lease(queue, 'a', 'audio');
  expect(await why(queue, 'a', closed)).toEqual([]);
});

test('paired nodes that are away are named, with what they had', async () => {
  const queue = await aQueue();
  const pair = (name: string): Promise<string> => {
    const node = { name, keyHash: `key of ${name}`, version: '1', protocol: 1 };
    return queue.db.transaction().execute((trx) => pairNode(trx, node, 1));
  };
  const [a, b] = [await pair('attic'), await pair('cellar')];
  const here = (id: string) => aCrewMember(id, { isLocal: false });
  await planned(queue, 'a');
  expect(await why(queue, 'a')).toEqual([
    `${a} no-node: attic is not connected.`,
    `${b} no-node: cellar is not connected.`,
  ]);
  await lease(queue, 'a', 'audio', a);
  queue.clock.advance(10_500);
  const had = `${a} no-node: attic is not connected: what it had goes to others in 20 s unless it comes back.`;
  expect(await why(queue, 'a', { crew: [here(b)] })).toEqual([had]);
  expect(await why(queue, 'a', { crew: [here(a)] })).toEqual([]);
  await lease(queue, 'a', 'video-0000', b);
  expect(await why(queue, 'a', { crew: [here(b)] })).toEqual([]);
});

test('a paused job says so, and one that has ended waits for nothing', async () => {
  const queue = await aQueue();
  for (const id of ['paused', 'cancelled']) await planned(queue, id);
  await pauseJob(queue, 'paused');
  await cancelJob(queue, 'cancelled', null);
  expect(await why(queue, 'paused')).toEqual(['paused: It was paused: resume it.']);
  expect(await why(queue, 'cancelled')).toEqual([]);
});

test('a job whose disk is away says which, until it is looked at again', async () => {
  const queue = await aQueue();
  await add(queue, 'a');
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1 });
  if (claim === null) throw new Error('nothing was claimed');
  const because = { code: 'root-offline', message: '/mnt/nas is not mounted: the job waits until it is back' };
  await jobPutBack(queue, claim, { notBeforeMs: queue.clock.nowMs() + 30_000, because });
  expect(await why(queue, 'a')).toEqual([`root-offline: ${because.message}`]);
  queue.clock.advance(30_000);
  expect(await why(queue, 'a')).toEqual([]);
});

test('a job whose disk was away before it was looked at says which', async () => {
  const queue = await aQueue();
  await add(queue, 'a', { mounts: { input: '/', output: '/mnt/nas' } });
  const reason = 'root-offline: /mnt/nas is not mounted: the job waits until it is back';
  expect(await why(queue, 'a', { away: new Set(['/mnt/nas']) })).toEqual([reason]);
  expect(await why(queue, 'a', { away: new Set(['/mnt/other']) })).toEqual([]);
});

test('each node has its own reason', async () => {
  const queue = await aQueue();
  await planned(queue, 'a', [aTask('video-0000', { resource: 'gpu-encode' })]);
  const slots = { ...offer.slots, 'gpu-encode': 1 };
  const busy = new Map([['x.v', doing('gpu-encode')]]);
  const gpu = { ...offer, slots };
  const crew = [
    aCrewMember('1', { draining: true }),
    aCrewMember('2'),
    aCrewMember('3', { offer: gpu, running: busy }),
    aCrewMember('4', { offer: gpu, restUntilMs: queue.clock.monotonicMs() + 1_500 }),
  ];
  expect(await why(queue, 'a')).toEqual(['no-node: No node is connected.']);
  expect(await why(queue, 'a', { crew })).toEqual([
    '1 draining: Node 1 is being drained.',
    '2 no-proven-encoder: Node 2 does no gpu-encode tasks.',
    '3 limits: Node 3 does 1 of at most 1 gpu-encode tasks.',
    '4 limits: Node 4 would take nothing more; it is asked again in 2 s.',
  ]);
  queue.clock.advance(1_500);
  // One that has room begins it within the second.
  expect(await why(queue, 'a', { crew })).toEqual([]);
});

test('what a busy node is done with sooner than a free one waits for that', async () => {
  const queue = await aQueue();
  await planned(queue, 'a', [aTask('video-0000', { weight: 60, renditions: ['video_640x360'] })]);
  const at = (perSec: number) => ({ speeds: new Map([['libx264', perSec]]) });
  const slow = aCrewMember('slow', at(0.1));
  const slots = { ...offer.slots, cpu: 1 };
  const running = new Map([
    ['x.v', { ...doing('cpu'), weight: 30, encoders: ['libx264'], startedMs: queue.clock.monotonicMs() }],
  ]);
  const fast = aCrewMember('fast', { ...at(10), offer: { ...offer, slots }, running });
  expect(await why(queue, 'a', { crew: [slow, fast] })).toEqual([
    'slow faster-node: Node slow is free, but Node fast is done with it sooner: it has room in 3 s.',
    'fast limits: Node fast does 1 of at most 1 cpu tasks.',
  ]);
  // For a small gain nobody waits.
  expect(await why(queue, 'a', { crew: [{ ...slow, ...at(9) }, fast] })).toEqual([]);
});

test('a package waits for the server’s own node', async () => {
  const queue = await aQueue();
  await planned(queue, 'a', fewTasks);
  await finish(queue, 'a', 'audio', 'video-0000');
  const far = aCrewMember('far', { offer: { ...offer, packages: false } });
  const own = aCrewMember('own', {
    running: new Map([
      ['x.1', doing('cpu')],
      ['x.2', doing('cpu')],
    ]),
  });
  expect(await why(queue, 'a', { crew: [far, own] })).toEqual([
    'far not-the-servers-node: Node far has no way to the output folder.',
    'own limits: Node own does 2 of at most 2 cpu tasks.',
  ]);
});

test('a task that failed says when it is tried again, and after what; the next one counts', async () => {
  const queue = await aQueue();
  await planned(queue, 'a', [aTask('video-0000'), aTask('video-0001')]);
  const [first, second] = [await lease(queue, 'a', 'video-0000'), await lease(queue, 'a', 'video-0001')];
  await postponeTask(queue, first, fault, { delayMs: 20_000, counts: true });
  expect(await why(queue, 'a')).toEqual([]);
  await releaseTask(queue, second, { message: 'the folder is held', delayMs: 500 });
  expect(await why(queue, 'a')).toEqual(['backoff: video-0001 is tried again in 1 s: its node gave it back']);
  queue.clock.advance(500);
  expect(await why(queue, 'a')).toEqual(['no-node: No node is connected.']);
  expect(await why(queue, 'a', { crew: [aCrewMember('1')] })).toEqual([]);
  await postponeTask(queue, await lease(queue, 'a', 'video-0001'), fault, { delayMs: 60_000, counts: true });
  expect(await why(queue, 'a')).toEqual([
    'backoff: video-0000 is tried again in 20 s after a failure: no picture for a minute',
  ]);
  queue.clock.advance(20_000);
  await postponeTask(queue, await lease(queue, 'a', 'video-0000'), fault, { delayMs: 10_000, counts: true });
  expect(await why(queue, 'a')).toEqual([
    'backoff: video-0000 is tried again in 10 s after 2 failures: no picture for a minute',
  ]);
});

test('a full disk and a missing one are reasons of their own', async () => {
  const queue = await aQueue();
  await planned(queue, 'a', [aTask('video-0000')]);
  const wait = { delayMs: 10_000, counts: false };
  const full: TaskFault = { code: 'disk-full', message: '/out has 1 GB, 3 GB are needed', stderrTail: [] };
  await postponeTask(queue, await lease(queue, 'a', 'video-0000'), full, wait);
  expect(await why(queue, 'a')).toEqual(['no-space: /out has 1 GB, 3 GB are needed (next look in 10 s)']);
  queue.clock.advance(10_000);
  const away: TaskFault = { code: 'root-offline', message: '/out is not mounted', stderrTail: [] };
  await postponeTask(queue, await lease(queue, 'a', 'video-0000'), away, wait);
  expect(await why(queue, 'a')).toEqual(['root-offline: /out is not mounted']);
});

test('a failed job tells its fault, not a reason to wait', async () => {
  const queue = await aQueue();
  await planned(queue, 'a');
  await failTask(queue, await lease(queue, 'a', 'audio'), fault);
  expect(await why(queue, 'a')).toEqual([]);
});
