import { io, type Socket } from 'socket.io-client';
import type { JobEvent } from '#shared/model/job.ts';
import {
  followed,
  liveNodes,
  type LiveProgress,
  liveProgress,
  type LiveRoom,
  type LiveToClient,
  type LiveToServer,
} from '#shared/protocol/live.ts';
import { jobEvent } from '#shared/model/job.ts';

/*
 * News of the server while somebody looks. The truth is what REST answers: an event says that something is to be read again,
 * progress is shown until the next answer comes.
 */

export type JobProgress = LiveProgress['jobs'][number];
export type TaskProgress = LiveProgress['tasks'][number];

export type LiveState = 'connecting' | 'connected' | 'lost';

export type News = JobEvent | 'missed' | 'nodes';

export type LiveListener = {
  /** What happened; `missed` after a gap, when everything is to be read again; `nodes` where they stand otherwise. */
  event: (news: News) => void;
};

export type Live = {
  state: () => LiveState;
  jobProgress: (jobId: string) => JobProgress | undefined;
  taskProgress: (taskId: string) => TaskProgress | undefined;
  /** Follows a room until the function that it answers is called. */
  follow: (room: LiveRoom, listener: LiveListener) => () => void;
  /** Called when state or progress changed. */
  subscribe: (work: () => void) => () => void;
  open: () => void;
  close: () => void;
};

type Room = { listeners: Set<LiveListener>; since: number | null };

/** The line to `/live` of this page's server. Once open it comes back by itself and then asks for what it missed. */
export function liveLine(): Live {
  const socket: Socket<LiveToClient, LiveToServer> = io('/live', {
    ...{ autoConnect: false, withCredentials: true, reconnectionDelayMax: 5_000 },
  });
  const rooms = new Map<LiveRoom, Room>();
  const jobs = new Map<string, JobProgress>();
  const tasks = new Map<string, TaskProgress>();
  const watchers = new Set<() => void>();
  let state: LiveState = 'connecting';

  const changed = (): void => {
    for (const work of watchers) work();
  };
  const tell = (room: Room, news: News): void => {
    for (const { event } of room.listeners) event(news);
  };
  const enter = (name: LiveRoom, room: Room): void => {
    socket.emit('follow', { room: name, since: room.since }, (raw) => {
      const answer = followed.safeParse(raw);
      if (!answer.success || !answer.data.ok) return;
      const { missed, isGap, latest } = answer.data;
      if (isGap) tell(room, 'missed');
      else for (const event of missed) tell(room, event);
      room.since = latest;
    });
  };
  socket.on('connect', () => {
    state = 'connected';
    for (const [name, room] of rooms) enter(name, room);
    changed();
  });
  socket.on('disconnect', (reason) => {
    state = 'lost';
    jobs.clear();
    tasks.clear();
    changed();
    // A server that goes down hangs up; Socket.IO takes that for a refusal and would stay away.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => {
    if (state !== 'lost') {
      state = 'lost';
      changed();
    }
  });
  socket.on('event', (raw) => {
    const news = jobEvent.safeParse(raw);
    if (!news.success) return;
    const { id, jobId, to } = news.data;
    if (to === 'completed' || to === 'failed' || to === 'cancelled' || to === 'paused') jobs.delete(jobId);
    for (const room of rooms.values()) {
      if (room.since !== null && id <= room.since) continue;
      room.since = id;
      tell(room, news.data);
    }
    changed();
  });
  socket.on('nodes', (raw) => {
    const news = liveNodes.safeParse(raw);
    if (!news.success) return;
    for (const [name, room] of rooms) {
      if (name === 'dashboard' || news.data.nodeIds.some((id) => name === `node:${id}`)) tell(room, 'nodes');
    }
  });
  socket.on('progress', (raw) => {
    const news = liveProgress.safeParse(raw);
    if (!news.success) return;
    for (const job of news.data.jobs) jobs.set(job.id, job);
    for (const task of news.data.tasks) tasks.set(task.id, task);
    changed();
  });

  return {
    state: () => state,
    jobProgress: (jobId) => jobs.get(jobId),
    taskProgress: (taskId) => tasks.get(taskId),
    follow: (name, listener) => {
      const known = rooms.get(name);
      const room = known ?? { listeners: new Set(), since: null };
      room.listeners.add(listener);
      if (known === undefined) {
        rooms.set(name, room);
        if (socket.connected) enter(name, room);
      }
      return () => {
        room.listeners.delete(listener);
        if (room.listeners.size > 0) return;
        rooms.delete(name);
        socket.emit('unfollow', { room: name });
      };
    },
    subscribe: (work) => {
      watchers.add(work);
      return () => watchers.delete(work);
    },
    open: () => void socket.connect(),
    close: () => void socket.disconnect(),
  };
}
