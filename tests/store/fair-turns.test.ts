import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '#main/store/open-store.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('a long row of questions lets sockets and timers have their turn', async () => {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  onTestFinished(() => clearInterval(ticking));
  const began = performance.now();
  while (performance.now() - began < 300) await store.db.selectFrom('cursor').selectAll().execute();
  expect(turns).toBeGreaterThan(5);
  const before = turns;
  while (performance.now() - began < 600) {
    await store.db.transaction().execute((trx) => trx.selectFrom('cursor').selectAll().execute());
  }
  expect(turns - before).toBeGreaterThan(5);
});
