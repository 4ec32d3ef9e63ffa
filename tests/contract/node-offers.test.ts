import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { startNode } from '#main/agent/node.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { nodeOffer } from '#shared/model/node.ts';
import { planned } from '#tests/helpers/a-queue.ts';
import { gatewayBench, type GatewayBench, joined } from '#tests/helpers/gateway-bench.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const resting = { ...offer, busy: 'it runs on battery' };

test('what a node offers anew counts at once, and stands in its row', async () => {
  const bench = await gatewayBench();
  const node = bench.node();
  await joined(bench);
  node.changeOffer({ ...offer, slots: { ...offer.slots, 'gpu-encode': 1 }, temperatureC: 61 });
  await waitUntil('it has arrived', () => bench.crew.find('local')?.offer.temperatureC === 61);
  expect(bench.crew.find('local')?.offer.slots['gpu-encode']).toBe(1);
  await waitUntil('it is written', async () => (await rowOf(bench)).temperatureC === 61);
});

test('a node hears that it is to try again what failed', async () => {
  const bench = await gatewayBench();
  let told = 0;
  bench.node({ onProve: () => (told += 1) });
  await joined(bench);
  bench.crew.find('local')?.prove();
  await waitUntil('it has heard', () => told === 1);
});

test('a busy node is left alone, goes on with what it has, and gets more when it is free again', async () => {
  const bench = await gatewayBench();
  await planned(bench.queue, 'a');
  const node = bench.node({ offer: { ...offer, slots: { ...offer.slots, cpu: 1, io: 0 } } });
  await joined(bench);
  expect(await bench.dispatch()).toBe(1);
  await waitUntil('it has begun', () => node.begun.length === 1);
  node.changeOffer(resting);
  await waitUntil('it rests', () => bench.crew.find('local')?.offer.busy !== null);
  expect(await bench.dispatch()).toBe(0);
  expect(node.begun[0]?.tools.signal.aborted).toBe(false);
  node.changeOffer(offer);
  await waitUntil('it is back', () => bench.crew.find('local')?.offer.busy === null);
  expect(await bench.dispatch()).toBeGreaterThan(0);
});

test('a task that crosses the news of a busy node is refused, and nobody is blamed', async () => {
  const bench = await gatewayBench();
  await planned(bench.queue, 'a');
  const node = bench.node();
  await joined(bench);
  node.changeOffer(resting);
  const member = bench.crew.find('local');
  if (member !== null) member.offer = offer;
  await bench.dispatch();
  await waitUntil('the task is free again', async () => {
    const rows = await bench.queue.db.selectFrom('task').select('id').where('state', '=', 'leased').execute();
    return rows.length === 0;
  });
  expect(node.begun).toEqual([]);
  const failures = await bench.queue.db.selectFrom('task').select('id').where('failures', '>', 0).execute();
  expect(failures).toEqual([]);
});

test('a change while the greeting is on its way is told after it', async () => {
  const { url, queue, crew } = await gatewayBench();
  let asked = 0;
  const node = startNode({
    ...{ url, nodeId: 'far', auth: { id: 'far' }, name: 'far', version: '1.0.0', clock: queue.clock },
    log: silentLogger,
    offer: () => {
      asked += 1;
      return asked === 1 ? offer : { ...offer, cores: 7 };
    },
    hands: { execute: () => Promise.reject(new Error('unused')), forget: async () => {}, close: async () => {} },
  });
  onTestFinished(() => node.stop());
  await waitUntil('the change is known', () => crew.find('far')?.offer.cores === 7);
});

test('only the server’s own node has the packages, and what is no offer changes nothing', async () => {
  const bench = await gatewayBench();
  const far = bench.raw('far');
  await far.hello();
  far.say('offer', { ...offer, cores: 5, packages: true });
  await waitUntil('it has arrived', () => bench.crew.find('far')?.offer.cores === 5);
  far.say('offer', { ...offer, cores: 0 });
  far.say('offer', null);
  far.say('offer', { ...offer, cores: 6 });
  await waitUntil('a sound one has arrived', () => bench.crew.find('far')?.offer.cores === 6);
  expect(bench.crew.find('far')?.offer.packages).toBe(false);
});

test('an offer before the greeting is nobody’s', async () => {
  const bench = await gatewayBench();
  const far = bench.raw('far');
  far.say('offer', { ...offer, cores: 5 });
  await far.hello();
  expect(bench.crew.find('far')?.offer.cores).toBe(offer.cores);
});

async function rowOf({ queue }: GatewayBench) {
  const row = await queue.db.selectFrom('node').select('offerJson').where('id', '=', 'local').executeTakeFirstOrThrow();
  return z
    .string()
    .transform((text) => nodeOffer.parse(JSON.parse(text)))
    .parse(row.offerJson);
}
