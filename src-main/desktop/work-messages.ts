import { z } from 'zod';
import { lentStanding } from '#shared/protocol/desktop.ts';
import { secretOrders } from './secret-orders.ts';

/*
 * What the shell and the process that does the work say to each other. The shell decides and shows; server and node run over
 * there, so that no window waits for them, and what kills them leaves the shell alive.
 */

const restWishes = z.strictObject({ pauseOnBattery: z.boolean(), pauseInFullScreen: z.boolean() });

/** First of all the orders, once. */
export const toWork = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('orders'),
    work: z.enum(['server', 'node']),
    /** Absolute. */
    dataDir: z.string(),
    version: z.string(),
    /** What a lent machine is called over there. */
    name: z.string(),
    wishes: restWishes,
    /** People have paused this machine. */
    isPaused: z.boolean(),
    secrets: secretOrders,
  }),
  /** Of a lent machine, beside what its server allows. */
  z.strictObject({ kind: z.literal('wishes'), wishes: restWishes }),
  /** Gives back what this machine does, and does nothing until `resume`. */
  z.strictObject({ kind: z.literal('rest') }),
  z.strictObject({ kind: z.literal('resume') }),
  /** A lent machine belongs to no server any more. */
  z.strictObject({ kind: z.literal('unpair') }),
  /** They are kept otherwise from now on. */
  z.strictObject({ kind: z.literal('secrets'), secrets: secretOrders }),
  /** Where a job's package lies: answered by `located` with the same number. */
  z.strictObject({ kind: z.literal('locate'), ask: z.number().int(), jobId: z.string() }),
  z.strictObject({ kind: z.literal('stop') }),
]);
export type ToWork = z.infer<typeof toWork>;
export type WorkOrders = Extract<ToWork, { kind: 'orders' }>;
export type RestWishes = z.infer<typeof restWishes>;

const text = z.string();

/** What happened that people may want to hear of. */
export const workNews = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('job-completed'), jobId: text, title: text }),
  z.strictObject({ kind: z.literal('job-failed'), jobId: text, title: text, message: text }),
  z.strictObject({ kind: z.literal('node-found'), name: text }),
  z.strictObject({ kind: z.literal('node-joined'), nodeId: text, name: text }),
  z.strictObject({ kind: z.literal('pairing-asked'), name: text, digits: text }),
  z.strictObject({ kind: z.literal('paired'), name: text }),
]);

export const fromWork = z.discriminatedUnion('kind', [
  /** The server answers, at `url`; null for a node. */
  z.strictObject({ kind: z.literal('started'), url: z.string().nullable() }),
  z.strictObject({
    kind: z.literal('queue'),
    queue: z.strictObject({ running: z.number(), waiting: z.number(), progress: z.number().nullable() }),
  }),
  z.strictObject({ kind: z.literal('lent'), lent: lentStanding }),
  /** Done here for another server. */
  z.strictObject({ kind: z.literal('tasks'), running: z.number().int() }),
  z.strictObject({ kind: z.literal('news'), news: workNews }),
  /** Null where a job has none, or there is no such job. */
  z.strictObject({ kind: z.literal('located'), ask: z.number().int(), path: z.string().nullable() }),
  /** It can't start, and won't without people: one line with what to do. */
  z.strictObject({ kind: z.literal('refused'), message: z.string() }),
  /** All has ended; the process goes. */
  z.strictObject({ kind: z.literal('stopped') }),
]);
export type FromWork = z.infer<typeof fromWork>;

/** Either end of the line. */
export type WorkPort = { send: (message: FromWork) => void; listen: (hear: (raw: unknown) => void) => void };
