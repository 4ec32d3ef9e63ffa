import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { newFolder } from './temporary-folder.ts';

/*
 * The screens as a person sees them: a real server in a process of its own, and Debian's Chromium.
 */

const chromiumPath = process.env['ENCREW_CHROMIUM'] ?? '/usr/bin/chromium';

export const owner = { name: 'stoney', password: 'a film a day keeps' };

/** A page, and what went wrong on it that nobody expected. */
export type Screen = { page: Page; faults: string[] };

export type House = {
  folder: string;
  server: () => ServerProcess;
  /** A browser that nobody has signed in with. */
  stranger: () => Promise<Screen>;
  /** The owner's browser at that screen, in English unless said otherwise; ended with the test. */
  visit: (path: string, set?: VisitSet) => Promise<Screen>;
};

export type VisitSet = { width?: number; height?: number; scheme?: 'light' | 'dark'; locale?: string };

export type HouseSet = {
  /** Without roots; its root is its folder otherwise. */
  isOpen?: boolean;
  /** Nobody owns it yet: only a stranger can come. */
  isNew?: boolean;
  /** It searches the network for machines. */
  mdns?: boolean;
};

/** One server with its owner, and one browser, for all tests of a file. */
export function house(args: readonly string[] = [], set: HouseSet = {}): () => House {
  const ends: (() => Promise<void>)[] = [];
  let built: House | null = null;
  beforeAll(async () => {
    built = await build(set, args, (end) => ends.push(end));
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => {
    if (built === null) throw new Error('the house has not been built');
    return built;
  };
}

async function build(
  { isOpen = false, isNew = false, mdns = false }: HouseSet,
  args: readonly string[],
  onEnd: (end: () => Promise<void>) => void,
): Promise<House> {
  const folder = await newFolder();
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const server = await startServerProcess(
    join(folder, 'data'),
    [...(isOpen ? [] : ['--root', folder]), ...args],
    mdns ? { ENCREW_MDNS: 'on' } : {},
    { onEnd, token: !isNew },
  );
  const browser = await launchChromium();
  onEnd(() => browser.close());
  const [name = '', ...value] = isNew ? [] : (await ownersCookie(server)).split('=');
  return {
    folder,
    server: () => server,
    stranger: async () => openPage(await newContext(browser, server.url, {})),
    visit: async (path, set = {}) => {
      const context = await newContext(browser, server.url, set);
      await context.addCookies([{ name, value: value.join('='), url: server.url }]);
      const screen = await openPage(context);
      await screen.page.goto(path);
      await screen.page.getByRole('heading', { level: 1 }).waitFor();
      return screen;
    },
  };
}

async function ownersCookie({ url }: ServerProcess): Promise<string> {
  const made = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(owner),
  });
  expect(made.status).toBe(201);
  return made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** Debian's Chromium, without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    ],
  });
}

async function newContext(browser: Browser, baseURL: string, set: VisitSet): Promise<BrowserContext> {
  const { width = 1280, height = 800, scheme = 'light', locale = 'en-GB' } = set;
  const context = await browser.newContext({
    ...{ baseURL, locale, timezoneId: 'UTC', colorScheme: scheme, reducedMotion: 'reduce' },
    viewport: { width, height },
  });
  onTestFinished(() => context.close());
  return context;
}

async function openPage(context: BrowserContext): Promise<Screen> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // Who asks who is signed in, and isn't, gets a 401.
    const isExpected = message.location().url.endsWith('/api/v1/session');
    if (message.type() === 'error' && !isExpected) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return { page, faults };
}

/** What keeps people with a screen reader, a keyboard or weak eyes out (WCAG 2.2 A and AA, axe-core). */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
