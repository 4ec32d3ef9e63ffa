#!/usr/bin/env node
import { join } from 'node:path';
import { projectRoot } from './setup/project-root.mjs';
import { runForwarding } from './setup/run-forwarding.mjs';
import { ensureScreens } from './setup/screens.mjs';
import { SetupFailed, say } from './setup/say.mjs';
import { setUp } from './setup.mjs';

/* npm run screenshots: a picture of every screen, below dist/screenshots. */

try {
  const { node } = await setUp({ development: true, programs: ['ffmpeg', 'chromium'], goOnWithoutPrograms: false });
  await ensureScreens(node);
  const script = join(projectRoot, 'tests', 'screenshots', 'run.ts');
  process.exitCode = await runForwarding(node, [script, ...process.argv.slice(2)], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}
