import { z } from 'zod';
import { jobEvent, type JobEvent } from '../model/job.ts';

/*
 * News for people and dashboards, on the Socket.IO namespace `/live`. The truth is what REST answers: a lost message costs
 * a delay. A client that comes back says which event it saw last and is told what it missed.
 */

/** `dashboard` has every job's states; `job:ID` and `node:ID` have their tasks too. */
export const liveRoom = z.union([
  z.literal('dashboard'),
  z.string().regex(/^(job|node):[A-Za-z0-9-]{1,100}$/, 'must be dashboard, job:ID or node:ID'),
]);
export type LiveRoom = z.infer<typeof liveRoom>;

/** Client to server: join a room. */
export const follow = z.strictObject({
  room: liveRoom,
  /** The last event that the client knows; null for one that begins now. */
  since: z.number().int().nonnegative().nullable().default(null),
  /** How often progress is wanted; S1 4.3: once a second, five times at most. */
  progressMs: z.number().int().min(200).max(60_000).default(1_000),
});

export const followed = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    /** What happened since, oldest first. */
    missed: z.array(jobEvent),
    /** More happened than is told: read the lists again. */
    isGap: z.boolean(),
    /** To be given as `since` next time. */
    latest: z.number().int().nonnegative(),
  }),
  z.strictObject({ ok: z.literal(false), message: z.string() }),
]);
export type Followed = z.infer<typeof followed>;

/** Server to client: how jobs and tasks get on. */
export const liveProgress = z.strictObject({
  jobs: z.array(
    z.strictObject({
      id: z.string(),
      progress: z.number(),
      fps: z.number().nullable(),
      speed: z.number().nullable(),
      etaSec: z.number().nullable(),
    }),
  ),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      jobId: z.string(),
      nodeId: z.string(),
      progress: z.number().nullable(),
      fps: z.number().nullable(),
      speed: z.number().nullable(),
    }),
  ),
});
export type LiveProgress = z.infer<typeof liveProgress>;

/** Server to client: nodes that came, left, or stand otherwise than before, to be read anew by REST. */
export const liveNodes = z.strictObject({ nodeIds: z.array(z.string()) });
export type LiveNodes = z.infer<typeof liveNodes>;

export type LiveToServer = {
  follow(message: z.input<typeof follow>, answer: (answer: Followed) => void): void;
  unfollow(message: { room: string }): void;
};
export type LiveToClient = {
  event(event: JobEvent): void;
  progress(news: LiveProgress): void;
  nodes(news: LiveNodes): void;
};
