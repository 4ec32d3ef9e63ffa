import { expect, test } from 'vitest';
import { barriers, house, owner } from '../helpers/screens.ts';

const home = house(['--no-node']);

test('who is signed out signs in, sees the screens, and is out again after signing out', async () => {
  const { page, faults } = await home().stranger();
  await page.goto('/queue');
  await page.getByLabel('Name').fill(owner.name);
  await page.getByLabel('Password').first().fill(owner.password);
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Queue', level: 1 }).waitFor();
  await page.getByRole('button', { name: `Account of ${owner.name}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(faults).toEqual([]);
});

test('a wrong password is told in words, and nothing that was typed is lost', async () => {
  const { page } = await home().stranger();
  await page.goto('/');
  await page.getByLabel('Name').fill(owner.name);
  await page.getByLabel('Password').first().fill('a guess');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe(owner.name);
  expect(await barriers(page)).toEqual([]);
});

test.each(['light', 'dark'] as const)('the frame of the screens has no barrier when it is %s', async (scheme) => {
  const { page, faults } = await home().visit('/', { scheme });
  expect(await barriers(page)).toEqual([]);
  expect(faults).toEqual([]);
});
