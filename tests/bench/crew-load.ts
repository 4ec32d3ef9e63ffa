import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { storePath } from '#main/store/store-files.ts';
import { endedAnswer, type ProgressUpdate } from '#shared/protocol/node.ts';
import { startBenchServer, withQueue } from './bench-server.ts';
import { largeQueue } from './big-queue.ts';
import { type FarNode, joinFarNode, pairFarNodes } from './far-nodes.ts';
import { p95 } from './percentile.ts';
import type { Figure } from './report.ts';

const nodeCount = 50;
/** Five updates a second is the most that is taken of one task: so many tasks make nearly 120 of a node. */
const tasksEach = 25;
const roundMs = 210;
const seconds = 15;

/**
 * Row 5 of design section 6: 50 nodes on lines of their own tell 120 times a second how far a task is. What counts is
 * answered for: a beat that follows on the same line is answered when all before it was read.
 */
export function progressUpdates(print: (line: string) => void): Promise<Figure> {
  return withQueue(largeQueue, async (dataDir) => {
    const paired = await pairFarNodes(dataDir, nodeCount);
    const server = await startBenchServer(dataDir);
    const nodes: FarNode[] = [];
    for (const one of paired) nodes.push(await joinFarNode({ dataDir, url: server.url }, one, tasksEach));
    while (nodes.some(({ assigned }) => assigned.length < tasksEach)) await delay(100);
    await delay(2_000);
    const cpuBefore = await server.cpuMs();
    const ownBefore = process.cpuUsage();
    const began = performance.now();
    const beats: number[] = [];
    const rounds = Math.round((seconds * 1000) / roundMs);
    await Promise.all(nodes.map((node, i) => tellRounds(node, i, { rounds, began, beats })));
    const tookMs = performance.now() - began;
    const share = (await server.cpuMs()) - cpuBefore;
    const own = process.cpuUsage(ownBefore);
    const sent = nodeCount * tasksEach * rounds;
    await delay(1_500);
    const kept = tasksAt(dataDir, 0.8);
    print(
      `${sent} updates in ${(tookMs / 1000).toFixed(2)} s; beats meanwhile p95 ${p95(beats).toFixed(1)} ms, ` +
        `at most ${Math.max(...beats).toFixed(1)} ms; this side ${percent((own.user + own.system) / 1000, tookMs)} of a core`,
    );
    for (const node of nodes) node.close();
    await server.kill();
    if (kept < nodeCount * tasksEach) throw new Error(`only ${kept} tasks are as far as they were told to be`);
    return {
      ...{ name: 'progress-updates', value: (sent / tookMs) * 1000, unit: 'a second', bound: 5_000, isFloor: true },
      detail: `${nodeCount} nodes over TLS with ${tasksEach} tasks each, ${percent(share, tookMs)} of a core in the server`,
    };
  });
}

/** Row 7 of design section 6: from a node's word that a task is done to the next one, 100,000 jobs behind it. */
export function nextTask(print: (line: string) => void): Promise<Figure> {
  return withQueue(largeQueue, async (dataDir) => {
    const [paired] = await pairFarNodes(dataDir, 1);
    if (paired === undefined) throw new Error('no node was paired');
    const server = await startBenchServer(dataDir);
    const node = await joinFarNode({ dataDir, url: server.url }, paired, 1);
    while (node.assigned.length === 0) await delay(50);
    await delay(2_000);
    const times: number[] = [];
    const acks: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      const lease = node.assigned.at(-1)?.lease;
      if (lease === undefined) throw new Error('it was given nothing');
      const next = node.next();
      const began = performance.now();
      const ending = { kind: 'done' as const, findings: [], output: null, pace: null };
      const tell = async (): Promise<void> => {
        const raw: unknown = await node.socket.timeout(30_000).emitWithAck('ended', { lease, ending });
        acks.push(performance.now() - began);
        if (endedAnswer.parse(raw).state !== 'accepted') throw new Error('an ending was not accepted');
      };
      const told = tell();
      await next;
      times.push(performance.now() - began);
      await told;
      // Nobody encodes a minute of film in less.
      await delay(100);
    }
    node.close();
    await server.kill();
    const [first, ...rest] = times.toSorted((a, b) => a - b);
    print(
      `fastest ${first?.toFixed(1)} ms, slowest ${rest.at(-1)?.toFixed(1)} ms; written down p95 ${p95(acks).toFixed(1)} ms`,
    );
    const detail = `p95 of ${times.length}, from its word that a task is done to the next, over TLS, ${largeQueue.queued} jobs queued`;
    return { name: 'next-task', value: p95(times), unit: 'ms', bound: 250, detail };
  });
}

/** Every round tells of each task in a message of its own, as no node does: ours tell of all of theirs in one. */
async function tellRounds(
  node: FarNode,
  index: number,
  { rounds, began, beats }: { rounds: number; began: number; beats: number[] },
): Promise<void> {
  const running = node.assigned.map(({ lease }) => lease);
  const beat = async (): Promise<void> => {
    const asked = performance.now();
    await node.socket.timeout(30_000).emitWithAck('beat', { running });
    beats.push(performance.now() - asked);
  };
  for (let round = 1; round <= rounds; round += 1) {
    await delay(Math.max(0, began + (round + index / nodeCount) * roundMs - performance.now()));
    for (const lease of running) {
      const update: ProgressUpdate = { ...lease, ratio: round / rounds, fps: 25, speed: 1, bitrateBps: 5e6 };
      node.socket.emit('progress', { updates: [update] });
    }
    // As often as a node does, each at a time of its own.
    if ((round + index) % Math.round(5_000 / roundMs) === 0 && round < rounds) void beat();
  }
  await beat();
}

/** How many tasks the store knows to be so far. */
function tasksAt(dataDir: string, ratio: number): number {
  const sqlite = new Sqlite(storePath(dataDir), { readonly: true });
  try {
    const row = sqlite.prepare(`SELECT count(*) FROM task WHERE state = 'leased' AND progress >= ?`).pluck().get(ratio);
    return Number(row);
  } finally {
    sqlite.close();
  }
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(0)} %`;
}
