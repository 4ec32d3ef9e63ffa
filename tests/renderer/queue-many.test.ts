import { beforeAll, expect, test } from 'vitest';
import { openStore } from '#main/store/open-store.ts';
import { fillQueue } from '../bench/big-queue.ts';
import { house } from '../helpers/screens.ts';

const home = house(['--no-node']);

beforeAll(async () => {
  const store = await openStore(home().server().dataDir);
  try {
    // More are in work than may be at once: of the others none begins.
    await fillQueue(store, { queued: 10_400, working: 20, done: 0 });
  } finally {
    await store.close();
  }
}, 60_000);

test('a search that finds more than ten thousand jobs says so, one that finds fewer says how many', async () => {
  const { page, faults } = await home().visit('/queue');
  const told = page.getByRole('main').getByRole('status').filter({ hasText: 'job' });
  await told.getByText('10,420 jobs', { exact: true }).waitFor();
  const search = page.getByRole('searchbox', { name: 'Search' });
  await search.fill('1080p');
  await told.getByText('10,000+ jobs', { exact: true }).waitFor();
  // ARIA 1.2: how many rows there are is not known.
  expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('-1');
  await page.getByRole('checkbox', { name: 'Choose all 10,000+ jobs' }).check();
  await page.getByText('10,000+ chosen').waitFor();
  await search.fill('Show 399');
  await told.getByText('25 jobs', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});
