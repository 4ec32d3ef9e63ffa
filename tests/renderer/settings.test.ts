import { createHmac } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingList } from '#shared/protocol/settings.ts';
import { barriers, house } from '../helpers/screens.ts';
import { webhookReceiver } from '../helpers/webhook-receiver.ts';

const home = house(['--no-node'], { isOpen: true });

test('who is added as a viewer sees their own settings, and nothing that only an admin may', async () => {
  const { page, faults } = await home().visit('/settings/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('nora');
  await form.getByLabel(/^Password/).fill('looks and never touches');
  expect(await barriers(page)).toEqual([]);
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Role of nora').waitFor();

  const { page: theirs } = await home().stranger();
  await theirs.goto('/settings');
  await theirs.getByLabel('Name').fill('nora');
  await theirs.getByLabel('Password').first().fill('looks and never touches');
  await theirs.keyboard.press('Enter');
  const sections = theirs.getByRole('navigation', { name: 'Sections of the settings' });
  await sections.waitFor();
  expect(await sections.getByRole('link').locator('.mantine-NavLink-label').allTextContents()).toEqual([
    ...['Account', 'API tokens', 'Health', 'About'],
  ]);
  await theirs.goto('/settings/people');
  await theirs.getByText('Only for the role admin.').waitFor();
  expect(await theirs.getByRole('button', { name: 'Add a person' }).count()).toBe(0);

  await page.getByRole('button', { name: 'More for nora' }).click();
  await page.getByRole('menuitem', { name: 'Shut out' }).click();
  await page.getByText('shut out', { exact: true }).waitFor();
  await theirs.reload();
  await theirs.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(faults).toEqual([]);
});

test('a token is shown once, works, and does not after it was revoked', async () => {
  const { page, faults } = await home().visit('/settings/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('What is it for?').fill('backup');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('list', { name: 'API tokens' }).getByText('backup').waitFor();
  expect(await page.content()).not.toContain(token);
  expect(await statusWith(token)).toBe(200);

  await page.getByRole('button', { name: 'Revoke backup' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('revoked', { exact: true }).waitFor();
  expect(await statusWith(token)).toBe(401);
  expect(faults).toEqual([]);
});

test('a webhook is tested against its receiver, which can check that the ping is signed with the secret shown', async () => {
  const receiver = await webhookReceiver('');
  const { page, faults } = await home().visit('/settings/webhooks');
  await page.getByRole('switch', { name: 'Allow receivers at home' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Set in settings.json').waitFor();
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByLabel('Address of the receiver').fill(`${receiver.url}/hook`);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const secret = await page.getByLabel('Secret', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'I have kept it' }).click();

  const test = page.getByRole('button', { name: `Test ${receiver.url}/hook` });
  await test.click();
  await page.getByText('The receiver heard it').waitFor();
  const [ping] = receiver.received;
  const time = ping?.headers['x-encrew-timestamp'] ?? '';
  const mac = createHmac('sha256', secret).update(`${time}.${ping?.body}`).digest('hex');
  expect(ping?.headers['x-encrew-signature']).toBe(`t=${time},v1=${mac}`);

  receiver.answer(500);
  await test.click();
  await page.getByText('The receiver refused it').waitFor();
  await page.getByText('this is 500').waitFor();
  await page.getByRole('button', { name: `Log of ${receiver.url}/hook` }).click();
  await page
    .getByRole('list', { name: `Deliveries to ${receiver.url}/hook` })
    .getByText('failed')
    .waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('who leaves with settings of several groups unsaved is asked once, and loses nothing by staying', async () => {
  const { page, faults } = await home().visit('/settings/general');
  const jobsAtOnce = page.getByRole('textbox', { name: 'Films at once' });
  const days = page.getByRole('textbox', { name: 'Keep the history for (days)' });
  await jobsAtOnce.fill('3');
  await days.fill('77');
  const about = page.getByRole('link', { name: 'About' });
  const asked = page.getByRole('dialog', { name: 'Leave with unsaved changes?' });
  await about.click();
  await asked.getByRole('button', { name: 'Stay here' }).click();
  await asked.waitFor({ state: 'detached' });
  expect([new URL(page.url()).pathname, await jobsAtOnce.inputValue(), await days.inputValue()]).toEqual([
    ...['/settings/general', '3', '77'],
  ]);
  await about.click();
  await asked.getByRole('button', { name: 'Discard them' }).click();
  await page.waitForURL(/\/settings\/about$/);
  await asked.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

test('the week of the schedule is drawn by keyboard alone', async () => {
  const { page, faults } = await home().visit('/settings/schedule');
  await page.getByRole('button', { name: 'At night' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Monday 00:00, open' }).focus();
  for (let hour = 0; hour < 12; hour += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByRole('button', { name: 'Monday 13:00, open' }).waitFor();
  await page.getByRole('button', { name: 'Save' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Set in settings.json').waitFor();
  const { items } = settingList.parse((await home().server().ask('GET', '/settings')).body);
  expect(items.find(({ key }) => key === 'schedule')?.value).toEqual([
    { days: [0, 1, 2, 3, 4, 5, 6], from: '22:00', to: '07:00' },
    { days: [1], from: '12:00', to: '14:00' },
  ]);
  expect(faults).toEqual([]);
});

test('a storage folder is found by browsing, one that is not there is refused, and nobody loses what was not saved', {
  timeout: 120_000,
}, async () => {
  const { page, faults } = await home().visit('/settings/storage');
  const films = join(home().folder, 'films');
  await mkdir(films);
  await page.getByRole('button', { name: 'Find a folder' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find a folder' });
  await dialog.getByRole('button', { name: 'Everything on the server' }).click();
  for (const name of films.split('/').slice(1)) {
    await dialog.getByLabel('Search here').fill(name);
    await dialog.getByRole('button', { name: `Open ${name}`, exact: true }).click();
  }
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Take this folder' }).click();
  const first = page.getByLabel('Folders that Encrew may use: 1');
  expect(await first.inputValue()).toBe(films);

  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Folders that Encrew may use: 2').fill(`${films}/typo`);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`${films}/typo is not there: make it, or check the path`).waitFor();

  await page.getByRole('link', { name: 'Schedule' }).click();
  const leave = page.getByRole('dialog', { name: 'Leave with unsaved changes?' });
  expect(await barriers(page)).toEqual([]);
  await leave.getByRole('button', { name: 'Stay here' }).click();
  expect(await first.inputValue()).toBe(films);
  await page.getByRole('button', { name: `Remove ${films}/typo` }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Set in settings.json').waitFor();
  await page.getByRole('link', { name: 'Schedule' }).click();
  await page.getByRole('heading', { level: 1, name: 'Schedule' }).waitFor();
  expect((await home().server().ask('PATCH', '/settings', { roots: null })).status).toBe(200);
  // The refusal.
  expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
});

test('a value that the server refuses stays in its field, with the reason beside it', async () => {
  const { page } = await home().visit('/settings/general');
  await page.getByRole('button', { name: 'Add' }).click();
  const origin = page.getByLabel('Other pages that may use the API: 1');
  await origin.fill('dashboard.example');
  await page.getByRole('button', { name: 'Save' }).nth(1).click();
  await page.getByText('must be an origin').waitFor();
  expect(await origin.inputValue()).toBe('dashboard.example');
});

test('who changed what is a table where there is room, and one below the other on a phone', async () => {
  const { page, faults } = await home().visit('/settings/audit');
  const table = page.getByRole('table', { name: 'Audit' });
  const setUp = ['POST /setup', 'done'];
  const inTable = table.getByRole('row').filter({ hasText: setUp[0] ?? '' });
  for (const text of setUp) await inTable.getByText(text).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  const list = page.getByRole('list', { name: 'Audit' });
  for (const text of setUp)
    await list.getByRole('listitem').filter({ hasText: 'POST /setup' }).getByText(text).waitFor();
  await page.waitForFunction('document.documentElement.scrollWidth === 390');
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});

const all = [
  ...['Account', 'API tokens', 'General', 'Storage', 'Schedule', 'People', 'Webhooks', 'Errors', 'Audit', 'Health'],
  'About',
];

test.each([
  ['light', all],
  // Those with colours of their own: each look costs a second.
  ['dark', ['Storage', 'Schedule', 'People', 'Errors', 'Health']],
] as const)('the settings have no barrier when they are %s', { timeout: 240_000 }, async (scheme, chosen) => {
  const { page, faults } = await home().visit('/settings', { scheme });
  const links = page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link');
  expect(await links.locator('.mantine-NavLink-label').allTextContents()).toEqual(all);
  const found = await barriers(page);
  for (const section of chosen) {
    await links.filter({ hasText: section }).first().click();
    await page.getByRole('heading', { level: 1, name: section }).waitFor();
    found.push(...(await barriers(page)));
  }
  expect(found).toEqual([]);
  expect(faults).toEqual([]);
});

async function statusWith(token: string): Promise<number> {
  const { status } = await fetch(`${home().server().url}/api/v1/jobs`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return status;
}
