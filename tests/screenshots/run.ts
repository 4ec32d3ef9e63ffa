import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium, owner } from '#tests/helpers/screens.ts';
import { repository } from '#tests/helpers/source-tree.ts';
import { startBenchServer } from '../bench/bench-server.ts';
import { makeDemoFilms } from './demo-films.ts';
import { furnish } from './demo-house.ts';
import { type Picture, picturesOf } from './pictures.ts';

/*
 * `npm run screenshots`: every screen of a server with real jobs, in light and dark, on a phone and on a desk, as PNG below
 * dist/screenshots. Names on the command line choose: `npm run screenshots -- home queue`.
 */

const looks = [
  { device: 'desktop', scheme: 'light', width: 1280, height: 800 },
  { device: 'desktop', scheme: 'dark', width: 1280, height: 800 },
  { device: 'phone', scheme: 'light', width: 390, height: 844 },
  { device: 'phone', scheme: 'dark', width: 390, height: 844 },
] as const;

/** For a step of one picture: the house encodes while it is photographed, and a slow machine then has little left for a browser. */
const patienceMs = 180_000;

const target = join(repository, 'dist', 'screenshots');
const wanted = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'encrew-screenshots-'));
try {
  await takeAll();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function takeAll(): Promise<void> {
  const films = await makeDemoFilms(folder);
  const server = await startBenchServer(join(folder, 'data'), { ownNode: true });
  const browser = await launchChromium();
  try {
    const signIn = await browser.newContext({ baseURL: server.url });
    const made = await signIn.request.post('/api/v1/setup', { data: owner });
    if (made.status() !== 201) throw new Error(`the owner could not be made: ${made.status()}`);
    const { cookies } = await signIn.storageState();
    const pictures = picturesOf(await furnish(server, films));
    const chosen = pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    await mkdir(target, { recursive: true });
    for (const look of looks) {
      const context = await lookAs(browser, server.url, look);
      await context.addCookies(cookies);
      for (const picture of chosen) await take(context, picture, `${look.device}-${look.scheme}`);
      await context.close();
    }
  } finally {
    await browser.close();
    await server.kill();
  }
}

async function lookAs(browser: Browser, baseURL: string, look: (typeof looks)[number]): Promise<BrowserContext> {
  const { device, scheme, width, height } = look;
  const context = await browser.newContext({
    ...{ baseURL, locale: 'en-GB', colorScheme: scheme, reducedMotion: 'reduce', viewport: { width, height } },
    deviceScaleFactor: device === 'phone' ? 2 : 1,
  });
  context.setDefaultTimeout(patienceMs);
  return context;
}

async function take(context: BrowserContext, { name, path, act }: Picture, look: string): Promise<void> {
  const page = await context.newPage();
  try {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    await act?.(page);
    // A click may have scrolled, and then what stands fixed would be in the middle of the picture.
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: join(target, `${name}-${look}.png`), fullPage: name !== 'queue' });
    process.stdout.write(`${name}-${look}\n`);
  } catch (error) {
    // One screen that does not come must not cost the pictures of the others.
    process.exitCode = 1;
    process.stderr.write(`${name}-${look}: ${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    await page.close();
  }
}
