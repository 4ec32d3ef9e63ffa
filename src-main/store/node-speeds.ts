import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** What the newest measurement counts against all before it: films differ, and a machine that has become slow is soon known. */
const newestCounts = 0.3;

/** Takes a measurement of a node's speed at a kind of work, in task weight a second; answers what it is taken for now. */
export async function recordSpeed(
  db: Kysely<Database>,
  { nodeId, work, weightPerSec }: { nodeId: string; work: string; weightPerSec: number },
  nowMs: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const before = await trx
      .selectFrom('nodeSpeed')
      .select(['weightPerSec', 'samples'])
      .where('nodeId', '=', nodeId)
      .where('work', '=', work)
      .executeTakeFirst();
    const share = before === undefined ? 1 : Math.max(newestCounts, 1 / (before.samples + 1));
    const speed = (before?.weightPerSec ?? 0) * (1 - share) + weightPerSec * share;
    const values = { weightPerSec: speed, samples: (before?.samples ?? 0) + 1, updatedAtMs: nowMs };
    await trx
      .insertInto('nodeSpeed')
      .values({ nodeId, work, ...values })
      .onConflict((conflict) => conflict.columns(['nodeId', 'work']).doUpdateSet(values))
      .execute();
    return speed;
  });
}

/** A node's measured speeds by work. */
export async function speedsOf(db: Kysely<Database>, nodeId: string): Promise<Map<string, number>> {
  const rows = await db.selectFrom('nodeSpeed').select(['work', 'weightPerSec']).where('nodeId', '=', nodeId).execute();
  return new Map(rows.map(({ work, weightPerSec }) => [work, weightPerSec]));
}

/** Takes a measurement of the line to a node, bits a second; answers what it is taken for now. */
export async function recordLink(db: Kysely<Database>, nodeId: string, linkBps: number): Promise<number | null> {
  return db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('node').select('linkBps').where('id', '=', nodeId).executeTakeFirst();
    if (row === undefined) return null;
    const taken = row.linkBps === null ? linkBps : row.linkBps * (1 - newestCounts) + linkBps * newestCounts;
    await trx.updateTable('node').set({ linkBps: taken }).where('id', '=', nodeId).execute();
    return taken;
  });
}
