import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '#main/api/pages.ts';
import { serveApi } from '../helpers/serve-api.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const html =
  '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script src="/assets/a.js" nonce="__CSP_NONCE__"></script>';
const script = `export const words = '${'many '.repeat(1000)}';`;

/** What a build leaves, served with all that stands before it; `get` asks as a browser does. */
async function served(isBuilt = true) {
  const parent = await temporaryFolder();
  const folder = join(parent, 'renderer');
  await mkdir(folder);
  await writeFile(join(parent, 'secret.txt'), 'secret');
  if (isBuilt) {
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), html);
    await writeFile(join(folder, 'assets', 'a.js'), script);
  }
  const { url } = await serveApi([], { pages: pages(folder) });
  return (path: string, accept = 'text/html,*/*;q=0.8') => fetch(`${url}${path}`, { headers: { accept } });
}

test('every address of a screen gets the page, each time with a nonce of its own that its policy names', async () => {
  const get = await served();
  const nonces = await Promise.all(
    ['/', '/queue', '/jobs/0a1b'].map(async (path) => {
      const answer = await get(path);
      const [meta, tag] = [...(await answer.text()).matchAll(/nonce="([^"]*)"/g)].map(([, nonce]) => nonce);
      expect([answer.status, tag]).toEqual([200, meta]);
      expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${meta}'`);
      return meta;
    }),
  );
  expect(new Set(nonces).size).toBe(3);
});

test('programs, and who asks for a file that is not there, get no page', async () => {
  const get = await served();
  const asked = [
    get('/queue', 'application/json'),
    get('/api/v1/nothing'),
    get('/assets/gone.js'),
    get('/favicon.ico'),
  ];
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

test('files are compressed and kept for good, and nothing beside them is served', async () => {
  const get = await served();
  const answer = await get('/assets/a.js');
  const kept = [answer.headers.get('content-encoding'), answer.headers.get('cache-control')];
  expect(kept).toEqual([expect.stringMatching(/^(br|gzip)$/), 'public, max-age=31536000, immutable']);
  expect(await answer.text()).toBe(script);
  expect((await get('/assets/..%2f..%2fsecret.txt')).status).not.toBe(200);
});

test('where nothing was built, the page says so and what to do', async () => {
  const get = await served(false);
  const answer = await get('/');
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
});
