#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './setup/project-root.mjs';
import { runForwarding } from './setup/run-forwarding.mjs';
import { SetupFailed, say } from './setup/say.mjs';

/*
 * npm run test:desktop: launches the real desktop app where Electron's program is, and says so where it isn't. npm packs only how
 * to fetch it: `npx install-electron` does, or ELECTRON_OVERRIDE_DIST_PATH names a folder that has it.
 * With --required, it is a failure that it isn't here.
 */

const electron = electronProgram();
try {
  if (electron === null) {
    say('the desktop app was NOT run: Electron’s program is not here (npx install-electron fetches it)');
    if (process.argv.includes('--required')) process.exitCode = 1;
  } else {
    process.exitCode = await run([join(projectRoot, 'build', 'desktop.mjs')]);
    if (process.exitCode === 0)
      process.exitCode = await run([join(projectRoot, 'tests', 'desktop', 'launch.ts'), electron]);
  }
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}

/** @param {readonly string[]} args */
function run(args) {
  return runForwarding(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
}

/** As the npm package finds it, which would fetch it if it were asked. Null where there is none. */
function electronProgram() {
  const home = join(projectRoot, 'node_modules', 'electron');
  const named = join(home, 'path.txt');
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(home, 'dist');
  const usual = process.platform === 'win32' ? 'electron.exe' : 'electron';
  const name =
    process.platform === 'darwin'
      ? join('Electron.app', 'Contents', 'MacOS', 'Electron')
      : existsSync(named)
        ? readFileSync(named, 'utf8').trim()
        : usual;
  const program = join(folder, name);
  return existsSync(program) ? program : null;
}
