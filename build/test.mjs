#!/usr/bin/env node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './setup/project-root.mjs';
import { runForwarding } from './setup/run-forwarding.mjs';
import { ensureScreens } from './setup/screens.mjs';
import { SetupFailed, say } from './setup/say.mjs';
import { setUp } from './setup.mjs';
import { binOf, checks } from './test/checks.mjs';
import { runTool, toolEnvironment } from './test/run-tool.mjs';
import { slowFolders } from './test/slow-folders.mjs';
import { closingLine, tallyOf } from './test/tally.mjs';

/*
 * npm test              checks, then all tests but the long ones
 * npm test -- WORDS...  only the tests that Vitest finds by these words, also long ones
 * npm run check         checks and the tests that start no program: the minute before a commit
 * npm run check:all     checks, then every test: half an hour
 */

const words = process.argv.slice(2);
const isQuick = words[0] === '--quick';
const isWhole = words[0] === '--all';
const isSelection = words.length > 0 && !isQuick && !isWhole;
const slowTests = slowFolders.map((name) => `--exclude=tests/${name}/**`);

/**
 * Machines and networks that fail while a film plays at its own pace, every setting of a profile, streams and rates that hardly a
 * film has, what the encoders themselves promise, a whole desktop package, screens in every corner and language: minutes of waiting that
 * a change elsewhere seldom needs.
 */
const longTests = [
  ...['tests/fleet/network-*', 'tests/fleet/clock-off*', 'tests/fleet/node-survival-*'],
  ...['profile-settings', 'bad-input-streams', 'package-hls-frame-rates', 'same-bits'].map(
    (name) => `tests/media/${name}`,
  ),
  ...['tests/process/desktop-package', 'tests/fleet/desktop-work'],
  ...[
    'add-from-web',
    'big-folder',
    'crew',
    'desktop',
    'first-film',
    'home',
    'library',
    'player',
    'profiles',
    'queue',
    'queue-many',
    'server-words',
    'settings',
  ].map((name) => `tests/renderer/${name}`),
].map((name) => `--exclude=${name}.test.ts`);

try {
  process.exitCode = await testAll();
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}

async function testAll() {
  const { node } = await setUp({
    development: true,
    programs: isQuick ? [] : ['ffmpeg', 'chromium', 'mkvtoolnix'],
    goOnWithoutPrograms: false,
  });
  // Tests that play a network or a wrong clock are for root on Linux; where these can't be had, they are skipped and say so.
  if (!isQuick && process.platform === 'linux' && process.getuid?.() === 0) {
    await setUp({ development: true, programs: ['iproute2', 'faketime'], goOnWithoutPrograms: true });
  }
  if (!isQuick) await ensureScreens(node);
  const failedChecks = isSelection ? 0 : await runChecks(node);
  const tests = await runTests(node, selected());
  const checked = isSelection ? 0 : checks.length;
  const total = { ...tests, passed: tests.passed + checked - failedChecks, failed: tests.failed + failedChecks };
  process.stdout.write(`\n${closingLine(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

function selected() {
  if (isQuick) return slowTests;
  if (isWhole) return [];
  return isSelection ? words : longTests;
}

/** All of them, also after a failure: one run shows all there is to mend. @param {string} node */
async function runChecks(node) {
  let failed = 0;
  for (const { name, script, args } of checks) {
    const { ok, output, elapsedMs } = await runTool(node, script(), args);
    process.stdout.write(
      `${ok ? 'ok    ' : 'FAILED'} ${name} (${(elapsedMs / 1000).toFixed(1)} s)\n${ok ? '' : output}`,
    );
    if (!ok) failed += 1;
  }
  return failed;
}

/** @param {string} node @param {readonly string[]} selection */
async function runTests(node, selection) {
  const folder = mkdtempSync(join(tmpdir(), 'encrew-report-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const args = [binOf('vitest', 'vitest')(), 'run', ...reporters, ...selection];
    const code = await runForwarding(node, args, { cwd: projectRoot, env: toolEnvironment(), stdio: ['ignore', 1, 2] });
    return tallyOf(report, code === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
