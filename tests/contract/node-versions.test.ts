import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { expect, onTestFinished, test } from 'vitest';
import { startNode } from '#main/agent/node.ts';
import { refusalIn } from '#main/transfer/server-client.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type NodeOrders, nodeOrders, nodeProtocol } from '#shared/protocol/node.ts';
import { commitAnswer, partManifest } from '#shared/protocol/node-work.ts';
import { planned } from '#tests/helpers/a-queue.ts';
import { done, gatewayBench } from '#tests/helpers/gateway-bench.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { listenOnLoopback } from '#tests/helpers/listen-on-loopback.ts';
import { offer } from '#tests/helpers/node-offer.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

/*
 * Neighbours in version: what the newer one says beside the rest, the older one passes over.
 */

/** A word of the next version, with whatever that version means by it. */
const later = { sings: { loudly: true } };

test('a node that is one version newer works: what it says beside the rest is passed over', async () => {
  const bench = await gatewayBench();
  await planned(bench.queue, 'a');
  const raw = bench.raw('far');
  const newOffer = { ...offer, ...later, gpus: [{ index: 0, model: 'X', memoryBytes: null, ...later }] };
  const hello = { ...later, nodeId: 'far', name: 'far', version: '2.0.0', running: [], offer: newOffer };
  const say = (event: string, words: object): Promise<unknown> =>
    new Promise((resolve) => raw.say(event, { ...words, ...later }, resolve));
  expect(await say('hello', { ...hello, protocol: nodeProtocol + 1 })).toMatchObject({ ok: true });
  expect(bench.crew.find('far')?.offer).toEqual({
    ...offer,
    ...{ packages: false, gpus: [{ index: 0, model: 'X', memoryBytes: null }] },
  });
  raw.say('offer', { ...newOffer, temperatureC: 61 });
  await waitUntil('its offer has arrived', () => bench.crew.find('far')?.offer.temperatureC === 61);

  await bench.dispatch();
  await waitUntil('it has a task', () => raw.assigned.length > 0);
  const lease = raw.assigned[0]?.lease ?? { taskId: '', attempt: 0 };
  expect(await say('beat', { running: [{ ...lease, ...later }] })).toEqual({ lost: [] });
  const progress = { ...lease, ...later, ratio: 0.5, fps: 10, speed: 2, bitrateBps: null };
  raw.say('progress', { updates: [progress], ...later });
  await waitUntil('progress has come', () => bench.crew.find('far')?.running.get(lease.taskId)?.ratio === 0.5);
  const pace = { encodeSec: 1, reading: null, sending: null, ...later };
  const heard = { code: 'odd', severity: 'info', message: 'x', where: null, ...later };
  const ending = { ...done, ...later, pace, findings: [heard] };
  expect(await say('ended', { lease: { ...lease, ...later }, ending })).toEqual({ state: 'accepted' });
});

test('a server that is one version newer is worked for: its welcome, orders and tasks are understood', async () => {
  const bench = await gatewayBench();
  await planned(bench.queue, 'a');
  const raw = bench.raw();
  await raw.hello();
  await bench.dispatch();
  await waitUntil('there is a task to copy', () => raw.assigned.length > 0);
  const [assignment] = raw.assigned;

  const server = await aNewerServer();
  const heard: NodeOrders[] = [];
  const begun: string[] = [];
  const node = startNode({
    ...{ url: server.url, auth: {}, nodeId: 'n', name: 'n', version: '1.0.0', clock: handClock(), log: silentLogger },
    offer: () => offer,
    onOrders: (orders) => heard.push(orders),
    hands: {
      execute: async ({ task }) => {
        begun.push(task.id);
        return done;
      },
      forget: async () => {},
      close: async () => {},
    },
  });
  onTestFinished(() => node.stop());
  await node.joined;
  server.say('orders', { ...orders(3), ...later });
  await waitUntil('both orders are heard', () => heard.length === 2);
  expect(heard.map(({ limits, pathMaps }) => [limits.niceness, pathMaps])).toEqual([
    [5, [{ serverPath: '/a', nodePath: '/b' }]],
    [3, [{ serverPath: '/a', nodePath: '/b' }]],
  ]);
  const answer = await server.ask('assign', { ...assignment, ...later });
  expect(answer).toEqual({ accepted: true, reason: null });
  await waitUntil('the task is done', () => begun.length === 1);
  expect(await server.ended).toEqual({ lease: assignment?.lease, ending: done });

  // In a plan every word counts for the pictures.
  const plan = { ...assignment?.plan, ...later };
  const no = await server.ask('assign', { ...assignment, plan });
  expect(no).toMatchObject({ accepted: false, reason: expect.stringMatching(/^not understood: .*sings/s) });
});

test('what comes with sources and parts may say more, too', () => {
  const manifest = { ffmpegVersion: '9', decodeErrors: 0, files: [] };
  expect(partManifest.parse({ ...manifest, ...later })).toEqual(manifest);
  expect(commitAnswer.parse({ state: 'committed', ...later })).toEqual({ state: 'committed' });
  const refusal = { code: 'lost', message: 'it is another’s', offset: null };
  const body = new TextEncoder().encode(JSON.stringify({ ...refusal, ...later }));
  expect(refusalIn({ status: 409, headers: {}, body })).toEqual(refusal);
});

function orders(niceness: number) {
  const { limits } = nodeOrders.parse({ limits: { niceness }, pathMaps: [] });
  return { limits: { ...limits, ...later }, pathMaps: [{ serverPath: '/a', nodePath: '/b', ...later }] };
}

/** Speaks as the next version might; ends with the test. */
async function aNewerServer() {
  const http = createServer();
  const io = new Server(http, { serveClient: false });
  onTestFinished(async () => {
    await io.close();
  });
  const ended = Promise.withResolvers<unknown>();
  const nodes = io.of('/nodes');
  nodes.on('connection', (socket) => {
    const hear = (event: string, answer: (words: unknown) => object): void => {
      socket.on(event, (words: unknown, reply: (answer: object) => void) => reply({ ...answer(words), ...later }));
    };
    hear('hello', () => ({ ok: true, heartbeatMs: 5_000, progressMs: 1_000, lost: [], orders: orders(5) }));
    hear('ended', (words) => {
      ended.resolve(words);
      return { state: 'accepted' };
    });
  });
  return {
    url: `http://127.0.0.1:${await listenOnLoopback(http)}`,
    /** What the node told of its first task. */
    ended: ended.promise,
    say: (event: string, words: object) => nodes.emit(event, words),
    ask: async (event: string, words: object): Promise<unknown> => {
      const answers: unknown = await nodes.timeout(5_000).emitWithAck(event, words);
      return Array.isArray(answers) ? answers[0] : null;
    },
  };
}
