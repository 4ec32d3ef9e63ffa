import type { Kysely, Selectable } from 'kysely';
import type { Server, Socket } from 'socket.io';
import { z } from 'zod';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { jobEventView } from '#main/queue/job-view.ts';
import type { Database, JobEventTable } from '#main/store/schema.ts';
import { roleSuffices } from '#shared/model/user.ts';
import {
  type Followed,
  follow,
  type LiveProgress,
  liveRoom,
  type LiveToClient,
  type LiveToServer,
} from '#shared/protocol/live.ts';
import type { Authenticate } from './authentication.ts';
import { peerAddress } from './exchange.ts';

type LiveSocket = Socket<LiveToServer, LiveToClient>;

export type LiveDeps = {
  db: Kysely<Database>;
  clock: Clock;
  log: Logger;
  authenticate: Authenticate;
};

export type LiveNews = {
  /** What happened, after it was committed. */
  events: (rows: readonly Selectable<JobEventTable>[]) => void;
  progress: (news: LiveProgress) => void;
  /** They stand otherwise than before; none is no news. */
  nodes: (nodeIds: readonly string[]) => void;
  /** Ends the lines of those who may not listen any more: signed out, disabled, their token revoked. */
  recheck: () => Promise<void>;
  close: () => void;
};

/** More than that is read anew by REST. */
const mostMissed = 500;
/** S1 4.3: how slow progress becomes for a client that can't keep up. */
const slowestMs = 5_000;
const mostRooms = 50;

/** Tells people what the store already says, on `/live`. */
export function openLive(io: Server, { db, clock, log, authenticate }: LiveDeps): LiveNews {
  const namespace: ReturnType<Server<LiveToServer, LiveToClient>['of']> = io.of('/live');
  const followers = new Map<LiveSocket, Follower>();

  const whyNot = async (socket: LiveSocket): Promise<string | null> => {
    try {
      return await admit(socket, authenticate);
    } catch (error) {
      log.error({ error: String(error) }, 'a live connection could not be admitted');
      return 'the server could not find out who asks';
    }
  };
  namespace.use((socket, next) => {
    const answer = async (): Promise<void> => {
      const refusal = await whyNot(socket);
      next(refusal === null ? undefined : new Error(refusal));
    };
    void answer();
  });

  namespace.on('connection', (socket: LiveSocket) => {
    const follower = followProgress(socket, clock);
    followers.set(socket, follower);
    socket.on('disconnect', () => {
      followers.delete(socket);
      follower.stop();
    });
    socket.on('unfollow', (message) => {
      const room = liveRoom.safeParse(message?.room);
      if (!room.success) return;
      void socket.leave(room.data);
      follower.leave(room.data);
    });
    socket.on('follow', (message, answer) => {
      const wish = follow.safeParse(message);
      if (typeof answer !== 'function') return;
      if (!wish.success) return answer({ ok: false, message: z.prettifyError(wish.error) });
      const { room, since, progressMs } = wish.data;
      if (socket.rooms.size > mostRooms && !socket.rooms.has(room)) {
        return answer({ ok: false, message: `no more than ${mostRooms} rooms` });
      }
      // First the room, then what was missed: an event may come twice, and its id tells, but none falls between.
      void socket.join(room);
      follower.join(room, progressMs);
      missedOf(db, room, since).then(answer, (error: unknown) => {
        log.error({ room, error: String(error) }, 'missed events could not be read');
        answer({ ok: false, message: 'the server could not read what was missed: try again' });
      });
    });
  });

  return {
    events: (rows) => {
      for (const row of rows) {
        const rooms = roomsOf(row);
        if (rooms.length > 0) namespace.to(rooms).emit('event', jobEventView(row));
      }
    },
    progress: (news) => {
      for (const follower of followers.values()) follower.hear(news);
    },
    nodes: (nodeIds) => {
      if (nodeIds.length > 0) namespace.to('dashboard').emit('nodes', { nodeIds: [...nodeIds] });
      for (const nodeId of nodeIds) {
        // A dashboard has heard of it.
        const followers = namespace.to(`node:${nodeId}`).except('dashboard');
        followers.emit('nodes', { nodeIds: [nodeId] });
      }
    },
    recheck: async () => {
      for (const socket of followers.keys()) {
        if ((await admit(socket, authenticate)) !== null) socket.disconnect(true);
      }
    },
    close: () => {
      // The lines end with the server: one that was hung up would not be opened anew by its client.
      for (const follower of followers.values()) follower.stop();
    },
  };
}

async function admit({ handshake, request }: LiveSocket, authenticate: Authenticate): Promise<string | null> {
  const token = z.object({ token: z.string().max(500) }).safeParse(handshake.auth);
  const authorization = token.success ? `Bearer ${token.data.token}` : handshake.headers.authorization;
  const found = await authenticate({
    headers: { ...handshake.headers, authorization },
    address: peerAddress(request),
  });
  if (!found.ok) return found.details;
  if (found.actor === null) return 'sign in, or give an API token as auth.token';
  return roleSuffices(found.actor.role, 'viewer') ? null : 'this needs the role viewer';
}

function roomsOf({ kind, jobId, nodeId }: Selectable<JobEventTable>): string[] {
  const rooms = [`job:${jobId}`];
  if (kind !== 'task') rooms.push('dashboard');
  if (nodeId !== null) rooms.push(`node:${nodeId}`);
  return rooms;
}

async function missedOf(db: Kysely<Database>, room: string, since: number | null): Promise<Followed> {
  const newest = await db.selectFrom('jobEvent').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  const latest = newest?.id ?? 0;
  // One that knows what has not happened here knew the database before it was set back to a backup.
  if (since === null || since >= latest)
    return { ok: true, missed: [], isGap: since !== null && since > latest, latest };
  const id = room.slice(room.indexOf(':') + 1);
  const after = db.selectFrom('jobEvent').selectAll().where('id', '>', since).where('id', '<=', latest);
  const ofRoom = room.startsWith('job:')
    ? after.where('jobId', '=', id)
    : room.startsWith('node:')
      ? after.where('nodeId', '=', id)
      : after.where('kind', '!=', 'task');
  const rows = await ofRoom
    .orderBy('id')
    .limit(mostMissed + 1)
    .execute();
  if (rows.length > mostMissed) return { ok: true, missed: [], isGap: true, latest };
  return { ok: true, missed: rows.map(jobEventView), isGap: false, latest };
}

type Follower = {
  join: (room: string, progressMs: number) => void;
  leave: (room: string) => void;
  hear: (news: LiveProgress) => void;
  stop: () => void;
};

/** Gathers progress for one client and sends it at the pace that it asked for, or can take. */
function followProgress(socket: LiveSocket, clock: Clock): Follower {
  const rooms = new Map<string, number>();
  const jobs = new Map<string, LiveProgress['jobs'][number]>();
  const tasks = new Map<string, LiveProgress['tasks'][number]>();
  let paceMs = slowestMs;
  let cancel: (() => void) | null = null;

  const wantedMs = (): number => Math.min(slowestMs, ...rooms.values());
  const wantsJob = ({ id }: LiveProgress['jobs'][number]): boolean => rooms.has('dashboard') || rooms.has(`job:${id}`);
  const wantsTask = ({ jobId, nodeId }: LiveProgress['tasks'][number]): boolean =>
    rooms.has(`job:${jobId}`) || rooms.has(`node:${nodeId}`);
  const send = (): void => {
    cancel = null;
    // What the line has not taken yet would only grow older behind it.
    if (socket.conn.transport.writable) {
      paceMs = wantedMs();
      // A room may have been left since.
      const news = { jobs: [...jobs.values()].filter(wantsJob), tasks: [...tasks.values()].filter(wantsTask) };
      if (news.jobs.length + news.tasks.length > 0) socket.emit('progress', news);
      jobs.clear();
      tasks.clear();
    } else {
      paceMs = Math.min(slowestMs, paceMs * 2);
      later();
    }
  };
  const later = (): void => {
    cancel ??= clock.after(paceMs, send);
  };

  return {
    join: (room, progressMs) => {
      rooms.set(room, progressMs);
      paceMs = wantedMs();
    },
    leave: (room) => {
      rooms.delete(room);
    },
    hear: (news) => {
      for (const job of news.jobs) if (wantsJob(job)) jobs.set(job.id, job);
      for (const task of news.tasks) if (wantsTask(task)) tasks.set(task.id, task);
      if (jobs.size + tasks.size > 0) later();
    },
    stop: () => {
      cancel?.();
      cancel = null;
    },
  };
}
