#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './setup/project-root.mjs';
import { runForwarding } from './setup/run-forwarding.mjs';
import { SetupFailed, say } from './setup/say.mjs';
import { setUp } from './setup.mjs';

const entry = join(projectRoot, 'src-main', 'headless.ts');
const args = process.argv.slice(2);

try {
  const { node } = await setUp({
    development: false,
    programs: programsFor(args),
    goOnWithoutPrograms: args[0] === 'doctor',
  });
  returnToCaller();
  // On the right Node there is no second process: no signal to forward, nothing to be left behind.
  if (node === process.execPath) await import(pathToFileURL(entry).href);
  // The channel tells the child when this process is killed outright.
  else
    process.exitCode = await runForwarding(node, [entry, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}

/**
 * FFmpeg is installed for who needs it, not for a look at the help.
 * @param {readonly string[]} args
 * @returns {readonly import('./setup/system-packages.mjs').SystemPackage[]}
 */
function programsFor(args) {
  const asksForHelp = args.includes('--help') || args.includes('-h');
  return ['encode', 'plan', 'check', 'doctor'].includes(args[0] ?? '') && !asksForHelp ? ['ffmpeg'] : [];
}

/** npm runs scripts in the project's folder; relative paths mean the folder in which the person typed them. */
function returnToCaller() {
  const { npm_lifecycle_event: event, npm_package_json: manifest, INIT_CWD: caller } = process.env;
  const isOurScript = event === 'start' && manifest === join(projectRoot, 'package.json');
  if (isOurScript && caller !== undefined && process.cwd() === projectRoot) process.chdir(caller);
}
