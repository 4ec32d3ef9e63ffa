import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/*
 * A real player on a real package: hls.js in Debian's Chromium, over HTTP on loopback.
 */

const hlsScript = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js');
const pageFile = fileURLToPath(new URL('./player-page.html', import.meta.url));
const chromiumPath = process.env['ENCREW_CHROMIUM'] ?? '/usr/bin/chromium';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.ts': 'video/mp2t',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
  '.vtt': 'text/vtt',
};

/** A page that plays one master playlist, and what went wrong on it so far. */
export type Player = { page: Page; faults: string[]; close: () => Promise<void> };

/** Opens `master` (relative to a folder, or to the URL of another server) in hls.js and waits until the first picture is there. */
export async function playInChromium(source: string | URL, master: string): Promise<Player> {
  const server = await serve(source);
  const browser = await launch();
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  const close = async (): Promise<void> => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    const url = encodeURI(`/package/${master}`);
    await page.goto(`http://127.0.0.1:${portOf(server)}/?master=${encodeURIComponent(url)}`);
    await page.waitForFunction('video.readyState >= 3');
    return { page, faults, close };
  } catch (error) {
    await close();
    throw new Error(`the player did not start: ${faults.join('; ')}`, { cause: error });
  }
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    ],
  });
}

async function serve(source: string | URL): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const own: Readonly<Record<string, string>> = { '/': pageFile, '/hls.js': hlsScript };
    const rest = path.replace(/^\/package\//, '');
    if (own[path] === undefined && typeof source !== 'string') void passOn(new URL(rest, source), response);
    else void send(own[path] ?? inside(String(source), rest), request.headers.range, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function send(file: string | null, range: string | undefined, response: ServerResponse): Promise<void> {
  const size =
    file === null
      ? null
      : await stat(file)
          .then(({ size: bytes }) => bytes)
          .catch(() => null);
  if (file === null || size === null) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-type', contentTypes[extname(file)] ?? 'application/octet-stream');
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (asked === null) {
    response.setHeader('content-length', size);
    createReadStream(file).pipe(response);
    return;
  }
  const start = Number(asked[1]);
  const end = asked[2] === '' ? size - 1 : Math.min(size - 1, Number(asked[2]));
  response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': end - start + 1 });
  createReadStream(file, { start, end }).pipe(response);
}

/** The page and its film have to come from one origin, as they do in use. */
async function passOn(url: URL, response: ServerResponse): Promise<void> {
  const answer = await fetch(url);
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
}

function inside(folder: string, path: string): string | null {
  const full = normalize(join(folder, path));
  return full.startsWith(`${folder}${sep}`) ? full : null;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
