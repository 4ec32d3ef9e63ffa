import { z } from 'zod';

const logLevel = z.enum(['debug', 'info', 'warn', 'error']);

/** What the server tells its own node at its start, by the channel between them. */
export const localNodeOrders = z.strictObject({
  url: z.string(),
  secret: z.string(),
  nodeId: z.string(),
  name: z.string(),
  dataDir: z.string(),
  logLevel,
  encrewVersion: z.string(),
});
export type LocalNodeOrders = z.infer<typeof localNodeOrders>;

/** What it tells it afterwards. */
export const localNodeNews = z.strictObject({ logLevel });
export type LocalNodeNews = z.infer<typeof localNodeNews>;
