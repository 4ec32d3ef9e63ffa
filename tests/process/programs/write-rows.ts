import { writeSync } from 'node:fs';
import { openStore } from '#main/store/open-store.ts';

/*
 * Opens the store of a folder and commits row after row, two a transaction, until it is killed or has made `count`; tells
 * the number of each on stdout once it is committed. Checkpoints come often, so that a random moment hits them too.
 */
const [dataDir = '', writer = '', count = '0'] = process.argv.slice(2);
const store = await openStore(dataDir);
store.sqlite.pragma('wal_autocheckpoint = 40');
for (let value = 1; value <= Number(count); value++) {
  const name = `${writer} ${value} ${'x'.repeat((value * 397) % 6_000)}`;
  await store.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('cursor')
      .values({ name: `${name} first`, value })
      .execute();
    await trx
      .insertInto('cursor')
      .values({ name: `${name} second`, value })
      .execute();
  });
  writeSync(1, `${value}\n`);
}
await store.close();
