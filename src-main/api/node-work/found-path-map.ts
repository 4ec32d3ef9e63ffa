import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '#main/store/schema.ts';
import { type PathMap, pathMap } from '#shared/model/node.ts';

/** A list that people can still read. */
const mostMaps = 100;

/** Remembers what a node found out by itself, for people to see and edit. A map of the same folder that is there already stays. */
export async function addFoundPathMap(db: Kysely<Database>, nodeId: string, found: PathMap): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('node').select('pathMapsJson').where('id', '=', nodeId).executeTakeFirst();
    if (row === undefined) return;
    const maps = z.array(pathMap).parse(JSON.parse(row.pathMapsJson));
    const isKnown = maps.some(
      ({ serverPath, nodePath }) => serverPath === found.serverPath && nodePath === found.nodePath,
    );
    if (isKnown || maps.length >= mostMaps) return;
    await trx
      .updateTable('node')
      .set({ pathMapsJson: JSON.stringify([...maps, { ...found, found: true }]) })
      .where('id', '=', nodeId)
      .execute();
  });
}
