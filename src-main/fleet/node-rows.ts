import { z } from 'zod';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { speedsOf } from '#main/store/node-speeds.ts';
import { nodeTag } from '#shared/model/node.ts';
import { type Hello, type NodeOrders, nodeOrders } from '#shared/protocol/node.ts';
import type { NodeOffer } from '#shared/model/node.ts';
import type { Crew } from './crew.ts';

/** What the store knows of a node: what people have set for it, and what was measured. */
export type NodeStanding = {
  draining: boolean;
  orders: NodeOrders;
  tags: readonly string[];
  speeds: ReadonlyMap<string, number>;
  linkBps: number | null;
  breakerUntilMs: number | null;
};

/** Writes down who joined; answers what is known of it. */
export async function nodeJoined(
  { db, clock }: QueueContext,
  node: Hello & { isLocal: boolean },
): Promise<NodeStanding> {
  const nowMs = clock.nowMs();
  const facts = {
    name: node.name,
    isLocal: node.isLocal ? 1 : 0,
    version: node.version,
    protocol: node.protocol,
    offerJson: JSON.stringify(node.offer),
    connectedAtMs: nowMs,
    disconnectedAtMs: null,
    lastSeenAtMs: nowMs,
  };
  const row = await db
    .insertInto('node')
    .values({ id: node.nodeId, ...facts, draining: 0, failuresInRow: 0, createdAtMs: nowMs })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(facts))
    .returning(['draining', 'limitsJson', 'pathMapsJson', 'tagsJson', 'linkBps', 'breakerUntilMs'])
    .executeTakeFirstOrThrow();
  const { linkBps, breakerUntilMs } = row;
  return {
    ...{ draining: row.draining === 1, orders: ordersOf(row), linkBps, breakerUntilMs },
    tags: tagsOf(row),
    speeds: await speedsOf(db, node.nodeId),
  };
}

/** What people have set for a node, as it hears of it. */
export function ordersOf({ limitsJson, pathMapsJson }: { limitsJson: string; pathMapsJson: string }): NodeOrders {
  const limits: unknown = JSON.parse(limitsJson);
  const pathMaps: unknown = JSON.parse(pathMapsJson);
  return nodeOrders.parse({ limits, pathMaps });
}

/** The tags that people gave a node. */
export function tagsOf({ tagsJson }: { tagsJson: string }): string[] {
  return z.array(nodeTag).parse(JSON.parse(tagsJson));
}

/** What it offers is different now. */
export async function offerChanged({ db, clock }: QueueContext, nodeId: string, offer: NodeOffer): Promise<void> {
  const facts = { offerJson: JSON.stringify(offer), lastSeenAtMs: clock.nowMs() };
  await db.updateTable('node').set(facts).where('id', '=', nodeId).execute();
}

/** Heard of now. */
export async function nodeSeen({ db, clock }: QueueContext, nodeId: string): Promise<void> {
  await db.updateTable('node').set({ lastSeenAtMs: clock.nowMs() }).where('id', '=', nodeId).execute();
}

/** Its line is down; what it has stays its own until the leases run out. */
export async function nodeLeft({ db, clock }: QueueContext, nodeId: string): Promise<void> {
  await db.updateTable('node').set({ disconnectedAtMs: clock.nowMs() }).where('id', '=', nodeId).execute();
}

/** What people have set: a drained node finishes what it has and gets nothing new. */
export async function setDraining(queue: QueueContext, crew: Crew, nodeId: string, draining: boolean): Promise<void> {
  await queue.db
    .updateTable('node')
    .set({ draining: draining ? 1 : 0 })
    .where('id', '=', nodeId)
    .execute();
  const member = crew.find(nodeId);
  if (member !== null) member.draining = draining;
  queue.changed();
}
