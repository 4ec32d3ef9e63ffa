import { z } from 'zod';

/** What the server tells its own node, by the channel between them. */
export const localNodeOrders = z.strictObject({
  url: z.string(),
  secret: z.string(),
  nodeId: z.string(),
  name: z.string(),
  dataDir: z.string(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  encrewVersion: z.string(),
});
export type LocalNodeOrders = z.infer<typeof localNodeOrders>;
