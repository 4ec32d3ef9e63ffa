import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server as SocketServer } from 'socket.io';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { type Crew, hangUpOnSilent, newCrew, takeBack } from '#main/fleet/crew.ts';
import { dispatch } from '#main/fleet/dispatch.ts';
import { eventsAfter, type JobEventRow, latestEventId, tellToForget } from '#main/fleet/job-news.ts';
import { type GatewayDeps, openGateway } from '#main/fleet/node-gateway.ts';
import { type ProgressPage, progressBook } from '#main/fleet/progress-book.ts';
import { taskEnded } from '#main/fleet/task-ended.ts';
import type { Clock } from '#main/platform/clock.ts';
import { isClaimed } from '#main/platform/folder-claim.ts';
import type { Logger } from '#main/platform/logger.ts';
import { type LoopHealth, type SupervisedLoop, superviseLoop } from '#main/platform/supervised-loop.ts';
import { diskLooker } from '#main/queue/offline-place.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { isOpen } from '#shared/model/open-hours.ts';
import { localTime } from '#main/platform/local-time.ts';
import { watchClock } from '#main/queue/shift-deadlines.ts';
import { expireLeases, loseNode } from '#main/queue/lose-leases.ts';
import { expireJobs, requeueLostProbes } from '#main/queue/steer-job.ts';
import { takeUpAgain } from '#main/queue/take-up-again.ts';
import type { Store } from '#main/store/open-store.ts';
import type { Settings } from '#shared/model/settings.ts';
import { appendJobLog } from './job-log.ts';
import { jobPlanner } from './job-planner.ts';
import { sizeWatch } from './size-watch.ts';
import { softwareForJob } from './software-for-job.ts';
import { placeLooker, type TakePlaces } from './take-places.ts';

/*
 * What makes jobs move: the loops over the queue, and the line to the nodes.
 */

export type EngineOptions = {
  store: Pick<Store, 'db'>;
  io: SocketServer;
  /** As they are now. */
  settings: () => Settings;
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  dataDir: string;
  /** This run of the server. */
  runId: string;
  admitNode: GatewayDeps['admit'];
  completing: QueueContext['completing'];
  /** What happened, in its order, after it was committed. */
  onEvents: (events: readonly JobEventRow[]) => void;
  onProgress: (page: ProgressPage) => void;
  /** A task that could begin since `waitedMs` was leased. */
  onLease: (waitedMs: number) => void;
  /** Where a person waits for the jobs; left out by a server. */
  attended?: Attendance | undefined;
};

/**
 * Jobs that a person waits for at a terminal: what they can mend is told and not waited for, and their node is this very
 * process, so that no silence means that it is gone (Ctrl-Z may last for an hour).
 */
export type Attendance = { jobLog: (jobId: string) => Logger; takePlaces: TakePlaces };

export type LoopWish = {
  name: string;
  everyMs: number;
  /** Half a minute when left out. */
  stuckAfterMs?: number;
  /** The shortest time between two turns. */
  pauseMs?: number;
  /** False for one that a change of the queue is no news to. */
  isQueues?: boolean;
  turn: (signal: AbortSignal) => Promise<void>;
};

export type Engine = {
  queue: QueueContext;
  crew: Crew;
  /** Mount points that queued jobs wait for. */
  away: () => ReadonlySet<string>;
  /** What else has to be done again and again. */
  addLoop: (wish: LoopWish) => SupervisedLoop;
  health: () => LoopHealth[];
  /** Gives a lease back that ran out, where nobody took it; false where somebody did. */
  takeUp: (lease: Lease) => Promise<boolean>;
  /** The server's own node is gone: what it had is free at once. */
  localNodeGone: () => void;
  /** Gives nothing out any more: what is given back now stays for the next start. */
  rest: () => void;
  stop: () => Promise<void>;
};

/** Five lost beats are weather, six are an outage. */
const heartbeatMs = 5_000;
const usualLeaseMs = 6 * heartbeatMs;
const attendedLeaseMs = 365 * 86_400_000;
/** How often nodes tell how far they are. S1 4.3: once a second; five times at most, for a line that somebody looks at. */
const progressMs = 1_000;
const attendedProgressMs = 200;

/** Makes good what an earlier run left behind, then begins to work. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { store, clock, log, settings, tools, dataDir, runId, attended } = options;
  const leaseMs = attended === undefined ? usualLeaseMs : attendedLeaseMs;
  const waitsForRoom = attended === undefined;
  const crew = newCrew();
  const loops: SupervisedLoop[] = [];
  const poked: SupervisedLoop[] = [];
  const stopping = new AbortController();
  const queue: QueueContext = {
    db: store.db,
    clock,
    changed: () => {
      for (const loop of poked) loop.poke();
    },
    revoked: (leases) => takeBack(crew, leases),
    completing: options.completing,
  };
  await recover(queue, dataDir, leaseMs, log);
  const book = progressBook(queue);
  const sizes = sizeWatch(queue, dataDir, log);
  const planner = jobPlanner({
    ...{ queue, tools, log, owner: runId, waitsForRoom },
    crew: attended === undefined ? crew : null,
    jobLog: attended?.jobLog ?? ((jobId) => appendJobLog(dataDir, jobId, clock, log)),
    takePlaces: attended?.takePlaces ?? placeLooker(dataDir),
  });
  const lookForDisks = diskLooker(clock);
  let isResting = false;
  const mayBegin = (): boolean => !isResting && isOpen(settings().schedule, localTime(clock.nowMs()));
  let newsCursor = await latestEventId(queue);

  openGateway(options.io, {
    ...{ queue, crew, book, log, heartbeatMs, leaseMs },
    progressMs: attended === undefined ? progressMs : attendedProgressMs,
    admit: options.admitNode,
    ended: (lease, ending) =>
      taskEnded(
        {
          queue,
          crew,
          log,
          waitsForRoom,
          chooseSoftware: (held, because) =>
            softwareForJob(held, because, { queue, tools, log, signal: stopping.signal }),
          fewerFor: ({ nodeId }) => {
            const member = crew.find(nodeId);
            if (member !== null) member.restUntilMs = clock.monotonicMs() + 5_000;
          },
        },
        lease,
        ending,
      ),
    poke: () => queue.changed(),
  });

  const addLoop = ({ isQueues = true, ...wish }: LoopWish): SupervisedLoop => {
    const made = superviseLoop({ stuckAfterMs: 30_000, ...wish, clock, log });
    loops.push(made);
    if (isQueues) poked.push(made);
    return made;
  };
  addLoop({
    ...{ name: 'dispatch', everyMs: 1_000, pauseMs: 20 },
    turn: async () => {
      if (mayBegin()) await dispatch({ queue, crew, log, leaseMs, lookForDisks, onLease: options.onLease });
    },
  });
  addLoop({
    ...{ name: 'plan', everyMs: 1_000, pauseMs: 50 },
    turn: async () => {
      if (mayBegin()) await planner.turn(settings().jobsAtOnce);
    },
  });
  const wallClock = watchClock(queue);
  addLoop({
    ...{ name: 'deadlines', everyMs: 1_000, isQueues: false },
    turn: async () => {
      const jumpedMs = await wallClock.look();
      if (jumpedMs !== 0) {
        log.warn({ jumpedMs }, 'the clock was set: all deadlines move along');
        for (const member of crew.members()) if (member.breakerUntilMs !== null) member.breakerUntilMs += jumpedMs;
      }
      // Before its leases run out: what it goes on with is taken up again when it comes back.
      for (const { nodeId, name } of hangUpOnSilent(crew, leaseMs, clock.monotonicMs())) {
        log.warn({ node: nodeId, name }, 'a node says nothing any more: its line is ended');
      }
      const lost = (await expireLeases(queue)) + (await requeueLostProbes(queue, 'overdue'));
      const expired = await expireJobs(queue);
      if (lost + expired > 0) log.warn({ lost, expired }, 'deadlines passed');
    },
  });
  addLoop({
    ...{ name: 'progress', everyMs: attended === undefined ? progressMs / 2 : attendedProgressMs, isQueues: false },
    turn: async () => {
      const page = await book.flush();
      if (page.tasks.length === 0) return;
      options.onProgress(page);
      await sizes.look(page);
    },
  });
  addLoop({
    ...{ name: 'news', everyMs: 1_000, pauseMs: 50 },
    turn: async () => {
      for (;;) {
        const events = await eventsAfter(queue, newsCursor);
        const last = events.at(-1);
        if (last === undefined) return;
        options.onEvents(events);
        await tellToForget(queue, crew, events);
        newsCursor = last.id;
      }
    },
  });

  return {
    queue,
    crew,
    away: planner.away,
    addLoop,
    health: () => loops.map((one) => one.health()),
    takeUp: async (lease) => (await takeUpAgain(queue, [lease], leaseMs)).length === 1,
    localNodeGone: () => {
      const member = crew.find(localNodeId);
      if (member !== null) crew.leave(member);
      loseNode(queue, localNodeId, 'the server’s own node ended').catch((error: unknown) =>
        log.error({ error: String(error) }, 'the leases of the server’s own node could not be taken back'),
      );
    },
    rest: () => {
      isResting = true;
    },
    stop: async () => {
      isResting = true;
      stopping.abort();
      await planner.stop();
      await Promise.all(loops.map((one) => one.stop()));
      await removeDoneWork(queue, dataDir);
    },
  };
}

/** The server's own machine. */
export const localNodeId = 'local';

/** A crash loses no job: what was leased to the own node is free, what others have gets a new term to report. */
async function recover(queue: QueueContext, dataDir: string, leaseMs: number, log: Logger): Promise<void> {
  const nowMs = queue.clock.nowMs();
  const lost = await loseNode(queue, localNodeId, 'the server was started anew');
  const probes = await requeueLostProbes(queue, 'all');
  await queue.db
    .updateTable('task')
    .set({ leaseUntilMs: nowMs + leaseMs })
    .where('state', '=', 'leased')
    .execute();
  await queue.db
    .updateTable('task')
    .set({ twinLeaseUntilMs: nowMs + leaseMs })
    .where('twinNodeId', 'is not', null)
    .execute();
  await queue.db.updateTable('node').set({ disconnectedAtMs: nowMs }).where('disconnectedAtMs', 'is', null).execute();
  if (lost + probes > 0) log.info({ tasks: lost, probes }, 'work of an earlier run goes on');
  await removeDoneWork(queue, dataDir);
}

/** Folders of jobs that ended while nobody was there to clear up. */
async function removeDoneWork({ db }: QueueContext, dataDir: string): Promise<void> {
  const done = await db
    .selectFrom('jobPlan')
    .innerJoin('job', 'job.id', 'jobPlan.jobId')
    .select('jobPlan.folderKey')
    .where('job.state', 'in', ['completed', 'cancelled'])
    .where('jobPlan.folderKey', 'not in', (from) =>
      from
        .selectFrom('jobPlan as other')
        .innerJoin('job as owner', 'owner.id', 'other.jobId')
        .select('other.folderKey')
        .where('owner.state', 'not in', ['completed', 'cancelled']),
    )
    .orderBy('job.finishedAtMs', 'desc')
    .limit(100)
    .execute();
  for (const { folderKey } of done) {
    const path = join(dataDir, 'work', folderKey);
    if (await isClaimed(path).catch(() => true)) continue;
    await rm(path, { recursive: true, force: true });
  }
}
