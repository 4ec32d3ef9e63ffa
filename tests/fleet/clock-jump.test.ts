import { createServer } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { expect, onTestFinished, test } from 'vitest';
import type { Hands } from '#main/agent/hands.ts';
import { startNode } from '#main/agent/node.ts';
import { localNodeId, startEngine } from '#main/app/engine.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openStore } from '#main/store/open-store.ts';
import { settings, type TimeWindow } from '#shared/model/settings.ts';
import { offer } from '../helpers/node-offer.ts';
import { add, plan, taskStates } from '../helpers/a-queue.ts';
import { listenOnLoopback } from '../helpers/listen-on-loopback.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const hourMs = 3_600_000;

/** A real engine, a real store and a real node on real sockets; only the wall clock can be set. */
async function engineWithNode() {
  const wall = { offsetMs: 0 };
  // Closed, until the test has planned its job itself: the planner would look for the film.
  const door: { schedule: TimeWindow[] } = {
    schedule: [{ days: [(new Date().getDay() + 3) % 7], from: '00:00', to: '00:01' }],
  };
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + wall.offsetMs };
  const dataDir = await temporaryFolder();
  const store = await openStore(dataDir);
  const http = createServer();
  const io = new SocketServer(http);
  const engine = await startEngine({
    ...{ store, io, clock, dataDir, log: silentLogger, runId: 'test', tools: await findFfmpeg() },
    settings: () => settings.parse({ schedule: door.schedule }),
    admitNode: async () => ({ ok: true, nodeId: localNodeId, isLocal: true }),
    completing: async () => {},
    onEvents: () => {},
    onProgress: () => {},
    onLease: () => {},
  });
  const port = await listenOnLoopback(http);
  const begun: string[] = [];
  let finish = (): void => {};
  const allowed = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const hands: Hands = {
    execute: async ({ task, lease }) => {
      begun.push(`${task.id} ${lease.attempt}`);
      await allowed;
      return { kind: 'done', pace: null, findings: [], output: task.type === 'publish' ? '/out/film' : null };
    },
    forget: async () => {},
    close: async () => {},
  };
  const node = startNode({
    url: `http://127.0.0.1:${port}`,
    auth: {},
    nodeId: localNodeId,
    name: 'test',
    version: '0',
    offer: () => offer,
    ...{ hands, clock, log: silentLogger },
  });
  onTestFinished(async () => {
    finish();
    await node.stop();
    await engine.stop();
    await io.close();
    await store.close();
  });
  return { engine, wall, door, begun, finish: () => finish() };
}

test.each([
  ['forward', hourMs],
  ['back', -hourMs],
])('a clock that is set an hour %s takes no task from its node, and nothing is done twice', async (_way, jumpMs) => {
  const { engine, wall, door, begun, finish } = await engineWithNode();
  const { queue } = engine;
  await add(queue, 'film', { ttlMs: hourMs / 2 });
  await plan(queue);
  door.schedule = [];
  await waitUntil('both tasks are leased', () => begun.length === 2);
  wall.offsetMs = jumpMs;
  const leases = async () => queue.db.selectFrom('task').select('leaseUntilMs').where('state', '=', 'leased').execute();
  await waitUntil('deadlines have moved along', async () =>
    (await leases()).every(({ leaseUntilMs }) => {
      const leftMs = (leaseUntilMs ?? 0) - queue.clock.nowMs();
      return leftMs > 0 && leftMs < 60_000;
    }),
  );
  finish();
  await waitUntil('the job is done', async () => {
    const job = await queue.db.selectFrom('job').select('state').executeTakeFirstOrThrow();
    return job.state === 'completed';
  });
  expect(begun.sort()).toEqual(['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 1']);
  expect(await taskStates(queue, 'film')).toEqual([
    'audio completed',
    'video-0000 completed',
    'package completed',
    'validate completed',
    'publish completed',
  ]);
});
