#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { followParent } from './setup/follow-parent.mjs';
import { projectRoot } from './setup/project-root.mjs';
import { runForwarding } from './setup/run-forwarding.mjs';
import { ensureScreens, lacksScreens } from './setup/screens.mjs';
import { SetupFailed, say } from './setup/say.mjs';
import { setUp } from './setup.mjs';

const entry = join(projectRoot, 'src-main', 'headless.ts');
const args = process.argv.slice(2);
const byNpm = isStartedByNpm();
if (byNpm) followParent();

try {
  const buildsScreens = showsScreens(args) && (await lacksScreens());
  const { node } = await setUp({
    // At once: a second install after the first would double the wait for the first page.
    development: buildsScreens,
    programs: programsFor(args),
    goOnWithoutPrograms: args[0] === 'doctor',
  });
  if (buildsScreens) await ensureScreens(node);
  if (byNpm) returnToCaller();
  if (node === process.execPath) {
    // On the right Node there is no second process: no signal to forward, nothing to be left behind.
    await import(pathToFileURL(entry).href);
  } else {
    // The channel tells the child when this process is killed outright.
    const stdio = /** @type {const} */ (['inherit', 'inherit', 'inherit', 'ipc']);
    process.exitCode = await runForwarding(node, [entry, ...args], { stdio: [...stdio] });
  }
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}

/**
 * FFmpeg is installed for who needs it: not for a look at the help, nor for judging a package by its own bytes.
 * @param {readonly string[]} args
 * @returns {readonly import('./setup/system-packages.mjs').SystemPackage[]}
 */
function programsFor(args) {
  if (args.includes('--help') || args.includes('-h')) return [];
  const judgesAlone = args[0] === 'check' && !args.some((word) => word.startsWith('--source'));
  return ['serve', 'encode', 'plan', 'check', 'doctor'].includes(args[0] ?? 'serve') && !judgesAlone ? ['ffmpeg'] : [];
}

/** @param {readonly string[]} args */
function showsScreens(args) {
  return (args[0] ?? 'serve') === 'serve' && !args.includes('--help') && !args.includes('-h');
}

/** npm runs scripts in the project's folder; relative paths mean the folder in which the person typed them. */
function returnToCaller() {
  const caller = process.env['INIT_CWD'];
  if (caller !== undefined && process.cwd() === projectRoot) process.chdir(caller);
}

/** Not for a program that some other script of ours, or npm script of someone else, starts. */
function isStartedByNpm() {
  const { npm_lifecycle_event: event, npm_package_json: manifest } = process.env;
  return event === 'start' && manifest !== undefined && realpathSync(dirname(manifest)) === projectRoot;
}
