import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { route } from '#main/api/route.ts';
import { serveApi } from '#tests/helpers/serve-api.ts';

const film = z.strictObject({ id: z.string(), title: z.string() });
const routes = [
  route({
    method: 'get',
    path: '/films/{id}',
    tag: 'films',
    summary: 'One film.',
    role: 'viewer',
    params: z.strictObject({ id: z.string() }),
    answer: film,
    handle: async ({ params }) => ({ body: { id: params.id, title: 'Stalker' } }),
  }),
  route({
    method: 'post',
    path: '/films',
    tag: 'films',
    summary: 'Adds a film.',
    role: 'operator',
    body: film,
    answer: film,
    handle: async ({ body }) => ({ body }),
  }),
];

test('the docs page shows every operation and lets one be tried, under the strict policy and without a fault', async () => {
  const api = await serveApi(routes);
  const browser = await chromium.launch({
    executablePath: process.env['ENCREW_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const faults: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => asked.push(new URL(request.url()).origin));

  const answer = await page.goto(`${api.url}/api/docs`);
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'self'");
  await page.waitForSelector('.opblock');
  const shown = await page.locator('.opblock-summary').allTextContents();
  expect(shown.map((text) => text.replaceAll('\u200B', ''))).toEqual([
    expect.stringContaining('GET/films/{id}One film.'),
    expect.stringContaining('POST/filmsAdds a film.'),
    expect.stringContaining('GET/openapi.json'),
  ]);

  await page.locator('.opblock-summary', { hasText: 'One film.' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByPlaceholder('id').fill('f7');
  await page.getByRole('button', { name: 'Execute' }).click();
  const body = page.locator('.live-responses-table .response-col_description pre').first();
  await body.waitFor();
  expect(await body.textContent()).toContain('Stalker');

  expect(faults).toEqual([]);
  expect([...new Set(asked.filter((origin) => origin !== 'null'))]).toEqual([api.url]);
});
