import { expect, test } from 'vitest';
import { aTask, planned, type TestQueue } from '#tests/helpers/a-queue.ts';
import { done, type GatewayBench, gatewayBench, joined, type ScriptedNode } from '#tests/helpers/gateway-bench.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';
import type { JobErrorCode } from '#shared/model/failure.ts';
import type { TaskEnding } from '#shared/protocol/node.ts';

/*
 * What a failure says: of the task, when two machines agree; of the machine, when another can do it.
 */

const failed = (code: JobErrorCode = 'encoder-failed'): TaskEnding => ({
  ...{ kind: 'failed', code, message: `it said ${code}`, stderrTail: [], findings: [] },
});

const one = { ...offer, slots: { ...offer.slots, cpu: 1 } };

/** A crew of two that a job of chunks waits for. */
async function crewOfTwo(chunks: number): Promise<{ bench: GatewayBench; far: ScriptedNode; own: ScriptedNode }> {
  const bench = await gatewayBench();
  const keys = Array.from({ length: chunks }, (_, i) => `video-000${i}`);
  const pictures = keys.map((key) => aTask(key, { renditions: ['video_640x360'] }));
  await planned(bench.queue, 'a', [...pictures, aTask('package', { type: 'package', dependsOn: keys })]);
  const far = bench.node({ nodeId: 'far', auth: { id: 'far' }, offer: { ...one, packages: false } });
  const own = bench.node({ offer: one });
  await joined(bench, 'far');
  await joined(bench, 'local');
  return { bench, far, own };
}

/** `video-0000 ready 0`: the state of each chunk and what it was blamed for. */
async function blame({ db }: TestQueue): Promise<string[]> {
  const rows = await db
    .selectFrom('task')
    .select(['key', 'state', 'failures'])
    .where('type', '=', 'video')
    .orderBy('key')
    .execute();
  return rows.map(({ key, state, failures }) => `${key} ${state} ${failures}`);
}

async function nodeRow({ db }: TestQueue, id: string) {
  return db
    .selectFrom('node')
    .select(['failuresInRow', 'breakerUntilMs'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Whether the server’s own node finishes what it has and takes nothing new. */
function drain({ crew }: GatewayBench, draining: boolean): void {
  const own = crew.find('local');
  if (own === null) throw new Error('the server’s own node is not there');
  own.draining = draining;
}

/** Ends what a node has begun last, and waits until that is written down. */
async function end(bench: GatewayBench, node: ScriptedNode, ending: TaskEnding): Promise<void> {
  const before = bench.endings.length;
  const told = bench.pokes();
  node.begun.at(-1)?.end(ending);
  await waitUntil('the end is written', () => bench.endings.length > before && bench.pokes() > told);
}

async function given(bench: GatewayBench, node: ScriptedNode, count: number): Promise<void> {
  await waitUntil(`${count} tasks are begun`, async () => {
    await bench.dispatch();
    return node.begun.length === count;
  });
}

test('a chunk that fails on one machine goes to another, and has lost none of its attempts', async () => {
  const { bench, far, own } = await crewOfTwo(1);
  drain(bench, true);
  await given(bench, far, 1);
  drain(bench, false);
  await end(bench, far, failed());
  expect(await blame(bench.queue)).toEqual(['video-0000 waiting 0']);
  expect(await nodeRow(bench.queue, 'far')).toEqual({ failuresInRow: 1, breakerUntilMs: null });
  await given(bench, own, 1);
  expect(far.begun).toHaveLength(1);
  await end(bench, own, done);
  expect(await blame(bench.queue)).toEqual(['video-0000 completed 0']);
});

test('what two machines fail is the chunk’s fault, and neither of theirs', async () => {
  const { bench, far, own } = await crewOfTwo(1);
  drain(bench, true);
  await given(bench, far, 1);
  drain(bench, false);
  await end(bench, far, failed('stalled'));
  await given(bench, own, 1);
  await end(bench, own, failed('stalled'));
  expect(await blame(bench.queue)).toEqual(['video-0000 waiting 1']);
  expect(await nodeRow(bench.queue, 'far')).toEqual({ failuresInRow: 0, breakerUntilMs: null });
});

test('a node that fails three in a row is set aside, and tried again after five minutes', async () => {
  const { bench, far, own } = await crewOfTwo(4);
  await given(bench, own, 1);
  for (let i = 1; i <= 3; i += 1) {
    await given(bench, far, i);
    await end(bench, far, failed());
  }
  const untilMs = bench.queue.clock.nowMs() + 5 * 60_000;
  expect(await nodeRow(bench.queue, 'far')).toEqual({ failuresInRow: 3, breakerUntilMs: untilMs });
  await end(bench, own, done);
  expect(await bench.dispatch()).toBe(1);
  expect(far.begun).toHaveLength(3);
  bench.queue.clock.advance(5 * 60_000);
  await waitUntil('it has another', async () => {
    await bench.dispatch();
    return far.begun.length === 4 || own.begun.length === 2;
  });
  await given(bench, own, 2);
  expect((await blame(bench.queue)).filter((text) => !text.endsWith(' 0'))).toEqual([]);
});

test('a success is remembered as well: two failures before it are forgotten', async () => {
  const { bench, far, own } = await crewOfTwo(4);
  await given(bench, own, 1);
  for (let i = 1; i <= 2; i += 1) {
    await given(bench, far, i);
    await end(bench, far, failed());
  }
  await given(bench, far, 3);
  await end(bench, far, { ...done, pace: { encodeSec: 10, reading: null, sending: null } });
  await waitUntil('it is forgotten', async () => (await nodeRow(bench.queue, 'far')).failuresInRow === 0);
  const speeds = await bench.queue.db.selectFrom('nodeSpeed').select(['nodeId', 'work', 'weightPerSec']).execute();
  expect(speeds).toEqual([{ nodeId: 'far', work: 'libx264', weightPerSec: 0.1 }]);
});

test('a source that can’t be read is believed from the machine that has it, not from one that is sent it', async () => {
  const { bench, far, own } = await crewOfTwo(2);
  await given(bench, own, 1);
  await given(bench, far, 1);
  await end(bench, far, failed('bad-input'));
  expect((await blame(bench.queue)).filter((text) => text.includes('waiting'))).toHaveLength(1);
  await end(bench, own, failed('bad-input'));
  expect((await blame(bench.queue)).filter((text) => text.includes('failed'))).toHaveLength(1);
});
