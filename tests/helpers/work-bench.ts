import { rm, writeFile } from 'node:fs/promises';
import { Agent, createServer } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { nodeWork } from '#main/app/node-work.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { assignmentOf } from '#main/fleet/assignment.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { claimJob, jobPlanned } from '#main/queue/probe-job.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import { takeUpAgain } from '#main/queue/take-up-again.ts';
import { type PlannedSource, planSource } from '#main/stages/plan.ts';
import { type SourceIdentity, sourceIdentity } from '#main/stages/source-identity.ts';
import { type ServerClient, serverClient } from '#main/transfer/server-client.ts';
import type { Profile } from '#shared/model/profile.ts';
import type { Assignment } from '#shared/protocol/node.ts';
import { builtIn } from './a-plan.ts';
import { add, aQueue, lease, type TestQueue } from './a-queue.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { ffmpeg } from './media-tools.ts';
import { newFolder } from './temporary-folder.ts';

export type PlannedFilm = { path: string; planned: PlannedSource; source: SourceIdentity };

/**
 * A little film of about three megabytes with sound, and what is made of it in two chunks; one for all tests of a file.
 *
 * @param subtitle is drawn into the picture
 */
export function plannedFilm(subtitle: string | null = null): () => PlannedFilm {
  let folder = '';
  let made: PlannedFilm | null = null;
  beforeAll(async () => {
    folder = await newFolder();
    const path = join(folder, 'Film & more.mkv');
    // Noise can't be made small: a fingerprint covers only the ends of such a film.
    const picture = 'testsrc2=s=160x90:r=12:d=14,noise=alls=60:allf=t';
    const input = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=d=14'];
    const text = join(folder, 's.srt');
    if (subtitle !== null) await writeFile(text, `1\n00:00:00,000 --> 00:00:14,000\n${subtitle}\n`);
    const more = subtitle === null ? [] : ['-i', text, '-map', '0', '-map', '1', '-map', '2', '-c:s', 'ass'];
    await ffmpeg(...input, ...more, '-c:v', 'libx264', '-b:v', '1500k', '-g', '24', '-c:a', 'flac', path);
    const draft = builtIn('draft');
    const profile: Profile = {
      ...draft,
      // With a buffer to keep, x264 gives other bytes every time that it uses several threads.
      video: { ...draft.video, rateControl: { mode: 'crf', crf: 30 } },
      subtitles: { ...draft.subtitles, burnIn: subtitle === null ? 'never' : 'first' },
    };
    const request = { path, profile, chunkSec: 6, acceptTruncated: false };
    const deps = { tools: await findFfmpeg(), log: silentLogger };
    const planned = await planSource(request, deps, new AbortController().signal);
    if (!planned.ok) throw new Error(planned.refused.message);
    made = { path, planned, source: await sourceIdentity(path) };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => {
    if (made === null) throw new Error('the film is not made yet');
    return made;
  };
}

export type WorkBench = {
  queue: TestQueue;
  /** Of the server. */
  workFolder: string;
  port: number;
  url: string;
  /** Leases a task of the job; what the node is told. */
  lease: (key: string, nodeId?: string) => Promise<Lease & { assignment: Assignment }>;
  /** Asks as a node, below `/nodes/v1`. */
  fetch: (path: string, init?: RequestInit & { node?: string }) => Promise<Response>;
  /** A node's client, by way of another address where one is given. */
  client: (url?: string, silenceMs?: number) => ServerClient;
  sweep: () => Promise<void>;
};

/** The server's side of the work of far nodes over a real queue with one planned job, `j1`; nodes say who they are by a header. */
export async function workBench({ planned, source }: PlannedFilm): Promise<WorkBench> {
  const queue = await aQueue();
  await add(queue, 'j1', { input: source.path });
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1000 });
  if (claim === null) throw new Error('no job is queued');
  const { plan, facts, choice } = planned;
  const rest = { passedOver: [], findings: [], folderKey: 'folder-j1', spread: null };
  await jobPlanned(queue, claim, { facts, plan, tasks: plan.tasks, choice, source, ...rest });
  const ending = new AbortController();
  const work = nodeWork({
    ...{ db: queue.db, dataDir: queue.dataDir, tools: await findFfmpeg(), clock: queue.clock, log: silentLogger },
    signal: ending.signal,
    takeUp: async (lease) => (await takeUpAgain(queue, [lease], 30_000)).length === 1,
    nodeOf: async ({ headers }) => headers['x-node']?.toString() ?? null,
  });
  const http = createServer(express().use('/nodes/v1', work.router));
  const port = await listenOnLoopback(http);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => {
    ending.abort();
    agent.destroy();
    http.closeAllConnections();
    http.close();
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ queue, port, url, sweep: work.sweep },
    workFolder: join(queue.dataDir, 'work', 'folder-j1'),
    lease: async (key, nodeId = 'node-a') => {
      const held = await lease(queue, 'j1', key, nodeId);
      const assignment = await assignmentOf(queue.db, held);
      if (assignment === null) throw new Error(`there is nothing to assign of ${key}`);
      return { ...held, assignment };
    },
    fetch: async (path, { node = 'node-a', headers, ...init } = {}) =>
      fetch(`${url}/nodes/v1${path}`, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(headers)), 'x-node': node },
      }),
    client: (through = url, silenceMs = 30_000) => {
      const client = serverClient({ url: through, agent, clock: systemClock, silenceMs });
      return async (wish) => client({ ...wish, headers: { ...wish.headers, 'x-node': 'node-a' } });
    },
  };
}
