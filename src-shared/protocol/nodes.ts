import { z } from 'zod';
import { nodeLimits, nodeOffer, nodeTag, pathMap } from '../model/node.ts';
import { pageOf } from './page.ts';

/** A node as people and scripts see it. */
export const nodeView = z.strictObject({
  id: z.string(),
  /** What people call it; its own name otherwise. */
  name: z.string(),
  ownName: z.string(),
  /** The server's own machine. */
  isLocal: z.boolean(),
  state: z.enum(['online', 'offline', 'draining']),
  version: z.string(),
  protocol: z.number().int(),
  /** Null until it has connected for the first time. */
  offer: nodeOffer.nullable(),
  limits: nodeLimits,
  tags: z.array(nodeTag),
  pathMaps: z.array(pathMap),
  /** What it does now. */
  running: z.array(
    z.strictObject({
      taskId: z.string(),
      jobId: z.string(),
      /** Path of the film. */
      input: z.string(),
      key: z.string(),
      progress: z.number().min(0).max(1),
      fps: z.number().nullable(),
      speed: z.number().nullable(),
    }),
  ),
  /** Measured on its tasks: megapixel-minutes a second for each kind of work, its encoders joined by `+`. */
  speeds: z.array(z.strictObject({ work: z.string(), weightPerSec: z.number().positive() })),
  /** Measured on its transfers, bits a second; null before the first, and for the server's own. */
  linkBps: z.number().positive().nullable(),
  failuresInRow: z.number().int().nonnegative(),
  /** It failed again and again, and is tried again then; null when it isn't set aside. */
  setAsideUntil: z.iso.datetime().nullable(),
  lastSeenAt: z.iso.datetime(),
  connectedAt: z.iso.datetime().nullable(),
  /** Null for the server's own. */
  pairedAt: z.iso.datetime().nullable(),
});
export type NodeView = z.infer<typeof nodeView>;
export const nodeList = pageOf(nodeView);

/** What people set for a node. What is left out stays; what is given is the whole of it. */
export const nodeChange = z
  .strictObject({
    givenName: z.string().trim().min(1).max(100).nullable().describe('Null: its own name.'),
    limits: nodeLimits.describe('Limits that are left out are as they were at first.'),
    tags: z.array(nodeTag).max(50),
    pathMaps: z.array(pathMap).max(100),
  })
  .partial();

/** A one-time code for `encrew node --server URL --code CODE`. The only answer that holds it. */
export const nodeInvite = z.strictObject({
  id: z.string().describe('How the code begins.'),
  code: z.string(),
  expiresAt: z.iso.datetime(),
});

export const health = z.strictObject({
  /** `failing` answers with status 503: nothing moves. */
  status: z.enum(['ok', 'degraded', 'failing']),
  version: z.string(),
  uptimeSec: z.number().nonnegative(),
  nodes: z.strictObject({ online: z.number().int().nonnegative() }),
  /** Of the database, the newest that the server made by itself. */
  lastBackupAt: z.iso.datetime().nullable(),
  /** Why it is not ok, one line each. */
  problems: z.array(z.string()),
  loops: z.array(
    z.strictObject({
      name: z.string(),
      isHealthy: z.boolean(),
      lastOkAt: z.iso.datetime().nullable(),
      failuresInRow: z.number().int().nonnegative(),
    }),
  ),
});
export type Health = z.infer<typeof health>;
