import { basename } from 'node:path';
import type { Crew } from '#main/fleet/crew.ts';
import type { JobEventRow } from '#main/fleet/job-news.ts';
import type { SupervisedLoop } from '#main/platform/supervised-loop.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import type { FoundNode } from '#shared/protocol/node-discovery.ts';
import type { Engine } from './engine.ts';

/*
 * The server in a few figures, for whoever started it and shows it at a glance: the desktop app's tray.
 */

/** The queue, in short. */
export type QueueStanding = {
  /** Jobs that something is done for. */
  running: number;
  /** In the queue, and neither paused nor begun. */
  waiting: number;
  /** Mean of the running ones, 0 to 1; null without any. */
  progress: number | null;
};

export type ServerNews =
  | { kind: 'job-completed'; jobId: string; title: string }
  | { kind: 'job-failed'; jobId: string; title: string; message: string }
  /** A machine of the network that has no server; what it says of itself is not proven. */
  | { kind: 'node-found'; name: string }
  | { kind: 'node-joined'; nodeId: string; name: string };

export type ServerFollower = { standing: (standing: QueueStanding) => void; news: (news: ServerNews) => void };

export type ServerDesk = {
  /** Tells how the queue stands, at once and at each change, and what happens from now on. There is one follower. */
  follow: (follower: ServerFollower) => void;
  /** Where a finished job's package lies, its first file, absolute; null for every other job. */
  outputOf: (jobId: string) => Promise<string | null>;
  /** From the engine: what happened, after it was committed. */
  heard: (events: readonly JobEventRow[]) => void;
};

export type DeskDeps = {
  queue: Pick<QueueContext, 'db'>;
  crew: Pick<Crew, 'members'>;
  addLoop: Engine['addLoop'];
  /** Nodes of the network, heard of by now. */
  found: () => readonly FoundNode[];
};

const everyMs = 1_000;
const runningStates: readonly string[] = ['probing', 'encoding', 'packaging', 'validating', 'publishing'];

/** Nothing is read before somebody follows. */
export function serverDesk(deps: () => DeskDeps): ServerDesk {
  let follower: ServerFollower | null = null;
  let loop: SupervisedLoop | null = null;
  let ended: JobEventRow[] = [];
  let told = '';

  return {
    follow: (next) => {
      follower = next;
      const { queue, crew, addLoop, found } = deps();
      const newNodes = firstSights(() => found().filter(({ paired }) => !paired));
      // Those of the crew at the start are no news.
      const newMembers = firstSights(() =>
        crew.members().map(({ nodeId, name, isLocal }) => ({ id: nodeId, name, isLocal })),
      );
      newMembers();
      loop ??= addLoop({
        ...{ name: 'desk', everyMs, pauseMs: everyMs / 2 },
        turn: async () => {
          const standing = await queueStanding(queue);
          const text = JSON.stringify(standing);
          if (text !== told) follower?.standing(standing);
          told = text;
          const events = ended;
          ended = [];
          for (const news of await Promise.all(events.map((event) => endOf(queue, event)))) {
            if (news !== null) follower?.news(news);
          }
          for (const { name } of newNodes()) follower?.news({ kind: 'node-found', name });
          for (const { id, name, isLocal } of newMembers()) {
            if (!isLocal) follower?.news({ kind: 'node-joined', nodeId: id, name });
          }
        },
      });
    },
    outputOf: async (jobId) => {
      const { db } = deps().queue;
      const query = db.selectFrom('job').select('output').where('id', '=', jobId).where('state', '=', 'completed');
      return (await query.executeTakeFirst())?.output ?? null;
    },
    heard: (events) => {
      if (follower === null) return;
      ended.push(...events.filter(({ kind, toState }) => kind === 'state' && isEnd(toState)));
      loop?.poke();
    },
  };
}

function isEnd(state: string | null): boolean {
  return state === 'completed' || state === 'failed';
}

/** How the queue stands now. */
export async function queueStanding({ db }: Pick<QueueContext, 'db'>): Promise<QueueStanding> {
  const rows = await db
    .selectFrom('job')
    .select(({ fn }) => ['state', fn.countAll<number>().as('jobs'), fn.sum<number>('progress').as('progress')])
    .where('state', 'in', ['queued', ...runningStates])
    .groupBy('state')
    .execute();
  const running = rows.filter(({ state }) => state !== 'queued');
  const count = sum(running.map(({ jobs }) => jobs));
  return {
    running: count,
    waiting: sum(rows.filter(({ state }) => state === 'queued').map(({ jobs }) => jobs)),
    progress: count === 0 ? null : sum(running.map(({ progress }) => progress)) / count,
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((a, b) => a + b, 0);
}

/** Null for a job that has gone since. */
async function endOf({ db }: Pick<QueueContext, 'db'>, { jobId, toState }: JobEventRow): Promise<ServerNews | null> {
  const job = await db.selectFrom('job').select(['input', 'errorMessage']).where('id', '=', jobId).executeTakeFirst();
  if (job === undefined) return null;
  const title = basename(job.input);
  return toState === 'completed'
    ? { kind: 'job-completed', jobId, title }
    : { kind: 'job-failed', jobId, title, message: job.errorMessage ?? '' };
}

/** Strangers can make up as many as they like. */
const mostKnown = 1_000;

/** Answers, each time that it is asked, who was never there before. */
function firstSights<One extends { id: string }>(now: () => readonly One[]): () => One[] {
  const known = new Set<string>();
  return () => {
    const fresh = now().filter(({ id }) => !known.has(id));
    for (const { id } of fresh) if (known.size < mostKnown) known.add(id);
    return known.size < mostKnown ? fresh : [];
  };
}
