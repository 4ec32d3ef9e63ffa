import { z } from 'zod';
import { nodeOffer } from '../model/node.ts';
import { pageOf } from './page.ts';

/** A node as people and scripts see it. */
export const nodeView = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The server's own machine. */
  isLocal: z.boolean(),
  state: z.enum(['online', 'offline', 'draining']),
  version: z.string(),
  protocol: z.number().int(),
  offer: nodeOffer,
  /** What it does now. */
  running: z.array(
    z.strictObject({
      taskId: z.string(),
      jobId: z.string(),
      key: z.string(),
      progress: z.number().min(0).max(1),
      fps: z.number().nullable(),
      speed: z.number().nullable(),
    }),
  ),
  failuresInRow: z.number().int().nonnegative(),
  lastSeenAt: z.iso.datetime(),
  connectedAt: z.iso.datetime().nullable(),
});
export type NodeView = z.infer<typeof nodeView>;
export const nodeList = pageOf(nodeView);

export const health = z.strictObject({
  /** `failing` answers with status 503: nothing moves. */
  status: z.enum(['ok', 'degraded', 'failing']),
  version: z.string(),
  uptimeSec: z.number().nonnegative(),
  nodes: z.strictObject({ online: z.number().int().nonnegative() }),
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
