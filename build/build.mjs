#!/usr/bin/env node
import { ensureScreens } from './setup/screens.mjs';
import { SetupFailed, say } from './setup/say.mjs';
import { setUp } from './setup.mjs';

/* npm run build: the screens that the server shows. */

try {
  const { node } = await setUp({ development: true, programs: [], goOnWithoutPrograms: false });
  await ensureScreens(node);
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}
