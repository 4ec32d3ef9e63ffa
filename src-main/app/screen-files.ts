import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assetsPolicy, noncePlaceholder, screensPolicy } from '#main/api/security-headers.ts';

/*
 * The screens as files, for the desktop app's own pages: those that are there before any server is.
 */

/** What `npm run build` makes. */
export const builtScreens = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

export type ScreenFile = { status: number; headers: Record<string, string>; body: Uint8Array | string };

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};
const always = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

/** The one page, or one of its files, by the path of an address; with the policy that the server would give it. */
export async function screenFile(folder: string, pathname: string): Promise<ScreenFile> {
  // Names hold their hash, and no folder.
  const asset = /^\/assets\/([A-Za-z0-9_.-]+)$/.exec(pathname)?.[1];
  const type = types[extname(asset ?? '')];
  if (asset !== undefined && type !== undefined) {
    const body = await readFile(join(folder, 'assets', asset)).catch(() => null);
    const headers = { ...always, 'Content-Type': type, 'Content-Security-Policy': assetsPolicy };
    return body === null ? missing : { status: 200, headers, body };
  }
  if (pathname !== '/') return missing;
  const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
  if (page === null) return { status: 503, headers: plain, body: 'The screens of Encrew are not built here.' };
  const nonce = randomBytes(16).toString('base64');
  return {
    status: 200,
    headers: {
      ...always,
      ...{ 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': screensPolicy(nonce) },
    },
    body: page.replaceAll(noncePlaceholder, nonce),
  };
}

const plain = { ...always, 'Content-Type': 'text/plain; charset=utf-8' };
const missing: ScreenFile = { status: 404, headers: plain, body: '' };
