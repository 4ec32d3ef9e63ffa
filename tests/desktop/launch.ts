import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { z } from 'zod';
import { desktopCalls, desktopReply } from '#shared/protocol/desktop.ts';

/*
 * The real desktop app, from `npm run build:desktop`: first choice, the server in its own process, a clean end. Started by
 * build/test-desktop.mjs, with Electron's program as its one word. Throws for whatever is otherwise than it should be.
 */

const [executablePath = ''] = process.argv.slice(2);
const project = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = await mkdtemp(join(tmpdir(), 'encrew-desktop-'));
const timeout = 60_000;

const app = await _electron.launch({
  executablePath,
  args: [join(project, 'dist', 'desktop', 'main.mjs')],
  cwd: project,
  env: { ...given(process.env), ENCREW_DATA: dataDir, ENCREW_PORT: '0', ENCREW_MDNS: 'off' },
  timeout,
});
try {
  const page = await app.firstWindow({ timeout });
  await page.getByRole('radio').first().waitFor({ timeout });
  must('no Node in the page', await page.evaluate(`typeof require + typeof process`), 'undefinedundefined');
  const reply = desktopReply.parse(await page.evaluate(`desktop.call({ call: 'about', ask: null })`));
  if (!reply.ok) throw new Error(reply.fault);
  const { electron } = desktopCalls.about.answer.parse(reply.answer);
  await page.evaluate(`desktop.call({ call: 'choose-mode', ask: { mode: 'server' } })`);
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\//, { timeout });
  const health = await fetch(new URL('/api/v1/health', page.url()));
  must('the server answers', health.status, 200);
  const stands = desktopReply.parse(await page.evaluate(`desktop.call({ call: 'standing', ask: null })`));
  if (!stands.ok) throw new Error(stands.fault);
  const { secrets } = desktopCalls.standing.answer.parse(stands.answer);
  const isSealed = (await readFile(join(dataDir, 'identity.json'), 'utf8')).startsWith('encrew-sealed:');
  must('keys are sealed where the system has a keychain', isSealed, secrets === 'kept');
  const url = page.url();
  await app.close();
  const isGone = await fetch(url).then(
    () => false,
    () => true,
  );
  must('nothing of it answers any more', isGone, true);
  process.stdout.write(
    `The desktop app ran in Electron ${electron}; its keys are ${isSealed ? 'sealed' : 'not sealed'}\n`,
  );
} finally {
  await app.close().catch(() => {});
  await rm(dataDir, { recursive: true, force: true });
}

function must(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)}`);
}

function given(environment: NodeJS.ProcessEnv): Record<string, string> {
  return z.record(z.string(), z.string()).parse(JSON.parse(JSON.stringify(environment)));
}
