import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needsMulticast } from '../helpers/multicast.ts';
import { barriers, house } from '../helpers/screens.ts';
import { startWaitingNode } from '../helpers/waiting-node.ts';

const home = house([], { mdns: true });

test('a machine is paired by its address with the digits that it shows, renamed, drained, limited and removed', async () => {
  const { page, faults } = await home().visit('/crew');
  const node = startWaitingNode(join(home().folder, 'attic'), ['--name', 'Attic', '--no-mdns']);
  const [, port = ''] = await node.line(/^Encrew node Attic waits on port (\d+) to be paired$/);

  await page.getByLabel('Address of the machine').fill(`127.0.0.1:${port}`);
  await page.getByRole('button', { name: 'Pair', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Pair with Attic' });
  const [, first = '', second = ''] = await node.line(/^Pairing with .+: (\d{3}) (\d{3})\. Confirm on the server/);
  await dialog.getByText(`${first} ${second}`).waitFor();
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'They are the same' }).click();
  await dialog.getByRole('status').getByText('Attic belongs to the crew').waitFor();
  await dialog.getByRole('link', { name: 'Look at it' }).click();

  await page.getByRole('heading', { name: 'Attic', level: 1 }).waitFor();
  await page.getByText('Online', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'libx264', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Try what failed again' }).click();
  await page.getByText(/^Trying: \d+ encoders? left$/).waitFor();
  await page.getByText('Tried again. The results are in the list above.').waitFor();

  await page.getByRole('button', { name: 'More for Attic' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const rename = page.getByRole('dialog', { name: 'Rename' });
  await rename.getByRole('textbox', { name: 'Name' }).fill('Under the roof');
  await rename.getByRole('button', { name: 'Save' }).click();
  await rename.waitFor({ state: 'hidden' });
  await page.getByRole('heading', { name: 'Under the roof', level: 1 }).waitFor();

  await page.getByLabel('Processor cores').fill('zero');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('must be a list of cores such as 0-3,6').waitFor();
  await page.getByLabel('Processor cores').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Give it nothing new' }).click();
  await page.getByText('Takes nothing new', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Give it work again' }).click();
  await page.getByText('Online', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'More for Under the roof' }).click();
  await page.getByRole('menuitem', { name: 'Remove from the crew' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('heading', { name: 'Crew', level: 1 }).waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'Under the roof' }).count()).toBe(0);
  expect(await node.ended).toBe(1);
  // The news of its leaving may come before the page is left: then it is asked for once more.
  expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
}, 120_000);

test('a machine on the network is found by itself, and paired from the list', { timeout: 120_000 }, async (context) => {
  await needsMulticast(context);
  const { page, faults } = await home().visit('/crew');
  const node = startWaitingNode(join(home().folder, 'loft'), ['--name', 'Loft']);
  const found = page.getByRole('list', { name: 'Machines found on the network' });
  await found.getByText('Loft', { exact: true }).waitFor({ timeout: 60_000 });
  expect(await barriers(page)).toEqual([]);
  await found.getByRole('button', { name: 'Pair with Loft' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pair with Loft' });
  const [, first = '', second = ''] = await node.line(/^Pairing with .+: (\d{3}) (\d{3})\. Confirm on the server/);
  await dialog.getByText(`${first} ${second}`).waitFor();
  await dialog.getByRole('button', { name: 'They are the same' }).click();
  await dialog.getByRole('status').getByText('Loft belongs to the crew').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('list', { name: 'Machines of the crew' }).getByRole('link', { name: 'Loft' }).waitFor();
  await expect.poll(() => found.getByText('Loft', { exact: true }).count(), { timeout: 30_000 }).toBe(0);
  expect(faults).toEqual([]);
});

test('digits that differ call the pairing off on both machines, and a code is shown with its whole command', async () => {
  const { page } = await home().visit('/crew');
  const node = startWaitingNode(join(home().folder, 'cellar'), ['--name', 'Cellar', '--no-mdns']);
  const [, port = ''] = await node.line(/waits on port (\d+) to be paired$/);
  await page.getByLabel('Address of the machine').fill(`127.0.0.1:${port}`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'They differ' }).click();
  await node.line(/(?:called off|cancelled)/i);
  await page.getByRole('button', { name: 'Make a code' }).click();
  await page.getByText(/^encrew node --server http:\/\/127\.0\.0\.1:\d+ --code \S+$/).waitFor();
}, 60_000);

test.each(['light', 'dark'] as const)('the crew and a machine have no barrier when they are %s', async (scheme) => {
  const { page, faults } = await home().visit('/crew', { scheme });
  await page.getByRole('list', { name: 'Machines of the crew' }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('list', { name: 'Machines of the crew' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'What it may do' }).waitFor();
  await page.getByRole('button', { name: 'Add hours' }).click();
  await page.getByRole('button', { name: 'Add a folder' }).click();
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('in German a machine that rests says why in German', async () => {
  const elsewhen = (new Date().getDay() + 3) % 7;
  const restIn = async (hours: readonly unknown[]): Promise<void> => {
    const { status } = await home().server().ask('PATCH', '/nodes/local', { limits: { hours } });
    expect(status).toBe(200);
  };
  await restIn([{ days: [elsewhen], from: '10:00', to: '11:00' }]);
  for (const path of ['/', '/crew']) {
    const { page, faults } = await home().visit(path, { locale: 'de-DE' });
    await page.getByText('Sein Besitzer verleiht ihn zu anderen Zeiten.', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  }
  await restIn([]);
});
