#!/usr/bin/env node
import { join } from 'node:path';
import { projectRoot } from './setup/project-root.mjs';
import { runForwarding } from './setup/run-forwarding.mjs';
import { SetupFailed, say } from './setup/say.mjs';
import { ensureScreens } from './setup/screens.mjs';
import { setUp } from './setup.mjs';

/*
 * npm run build:desktop             all that the desktop app is packed from, below dist/
 * npm run package:desktop -- WORDS  that, then the packages; the words are electron-builder's (--linux, --win, --mac, --dir)
 */

const words = process.argv.slice(2);
const packs = words[0] === '--package';

try {
  // Refused before minutes of work.
  const whereUpdatesAre = packs ? channel() : [];
  const { node } = await setUp({ development: true, programs: [], goOnWithoutPrograms: false });
  await ensureScreens(node);
  await run(node, [join(projectRoot, 'build', 'desktop', 'build.mjs')]);
  if (packs) {
    const builder = join(projectRoot, 'node_modules', 'electron-builder', 'cli.js');
    const fixed = ['--config', 'electron-builder.yml', '--publish', 'never'];
    await run(node, [builder, ...fixed, ...whereUpdatesAre, ...words.slice(1)]);
  }
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}

/**
 * Where installed apps look for newer ones: ENCREW_UPDATES_URL. Then what is packed must be signed, on the systems that compare
 * signatures; a package without an address is for a try.
 */
function channel() {
  const url = process.env['ENCREW_UPDATES_URL'] ?? '';
  if (url === '') {
    say('ENCREW_UPDATES_URL is not set: these packages will never find a newer one, and need no signature');
    process.env['ENCREW_UPDATES_URL'] = 'https://updates.invalid/';
    return ['-c.extraMetadata.homepage=https://updates.invalid'];
  }
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new SetupFailed(
      `ENCREW_UPDATES_URL=${url} is no https address: let it name the folder that packages are uploaded to`,
    );
  }
  return ['-c.forceCodeSigning=true', `-c.extraMetadata.homepage=${new URL(url).origin}`];
}

/** @param {string} node @param {readonly string[]} args */
async function run(node, args) {
  const code = await runForwarding(node, args, { cwd: projectRoot, stdio: 'inherit' });
  if (code !== 0) throw new SetupFailed(`the desktop app could not be built (exit code ${code}): the words are above`);
}
