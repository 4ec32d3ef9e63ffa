import { expect, test } from 'vitest';
import { aTask, planned } from '#tests/helpers/a-queue.ts';
import { done, gatewayBench, joined } from '#tests/helpers/gateway-bench.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const one = { ...offer, slots: { ...offer.slots, cpu: 1 } };

/** One chunk, begun by a slow node while a fast one was away; the fast one is back. */
async function straggling() {
  const bench = await gatewayBench();
  const chunk = aTask('video-0000', { renditions: ['video_640x360'], weight: 1 });
  await planned(bench.queue, 'a', [chunk, aTask('package', { type: 'package', dependsOn: ['video-0000'] })]);
  const slow = bench.node({ nodeId: 'slow', auth: { id: 'slow' }, offer: { ...one, packages: false } });
  await joined(bench, 'slow');
  await waitUntil('the slow node has it', async () => {
    await bench.dispatch();
    return slow.begun.length === 1;
  });
  const fast = bench.node({ offer: one });
  await joined(bench, 'local');
  for (const [id, speed] of [
    ['slow', 0.001],
    ['local', 0.1],
  ] as const) {
    const member = bench.crew.find(id);
    if (member !== null) member.speeds = new Map([['libx264', speed]]);
  }
  return { bench, slow, fast };
}

test('the last chunk of a job is begun a second time where it is done far sooner, and the first result counts', async () => {
  const { bench, slow, fast } = await straggling();
  expect(await bench.dispatch()).toBe(1);
  await waitUntil('the fast node has it too', () => fast.begun.length === 1);
  expect(fast.begun[0]?.assignment.lease).toEqual({ taskId: 'a.video-0000', attempt: 2 });
  expect(await bench.dispatch()).toBe(0);
  fast.begun[0]?.end(done);
  await waitUntil('the slow one is stopped', () => slow.begun[0]?.tools.signal.aborted === true);
  const rows = await bench.queue.db
    .selectFrom('assignment')
    .select(['nodeId', 'attempt', 'outcome'])
    .where('taskId', '=', 'a.video-0000')
    .orderBy('attempt')
    .execute();
  expect(rows).toEqual([
    { nodeId: 'slow', attempt: 1, outcome: 'revoked' },
    { nodeId: 'local', attempt: 2, outcome: 'completed' },
  ]);
});

test('one that is nearly done is left to its node', async () => {
  const { bench, slow, fast } = await straggling();
  const doing = bench.crew.find('slow')?.running.get('a.video-0000');
  if (doing === undefined) throw new Error('the slow node does nothing');
  doing.startedMs -= 100_000;
  slow.begun[0]?.tools.onProgress({ ratio: 0.95, fps: 1, speed: 0.1, bitrateBps: null });
  await waitUntil('its progress has come', async () => {
    bench.queue.clock.advance(1_000);
    return doing.ratio === 0.95;
  });
  expect(await bench.dispatch()).toBe(0);
  expect(fast.begun).toEqual([]);
});

test('nobody does a chunk twice while its job has others to give out', async () => {
  const { bench, fast } = await straggling();
  await planned(bench.queue, 'b', [aTask('video-0000', { renditions: ['video_640x360'] })]);
  expect(await bench.dispatch()).toBe(1);
  await waitUntil('the fast node has something', () => fast.begun.length === 1);
  expect(fast.begun[0]?.assignment.jobId).toBe('b');
});
