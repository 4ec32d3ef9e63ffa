import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.mjs';
import { SetupFailed } from './say.mjs';

const oldestMajor = 24;

/** The Node that Encrew runs on: ENCREW_NODE, else this one when it is new enough, else the one that npm brought. */
export function findNode() {
  const setting = process.env['ENCREW_NODE'];
  if (setting !== undefined && setting !== '') {
    const major = majorOf(setting);
    if (major !== null && major >= oldestMajor) return setting;
    const why = major === null ? 'does not start' : `is Node ${major}`;
    throw new SetupFailed(`ENCREW_NODE=${setting} ${why}: let it name a Node ${oldestMajor} or newer, or remove it`);
  }
  if (Number.parseInt(process.versions.node, 10) >= oldestMajor) return process.execPath;

  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const bundled = join(projectRoot, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file);
  if (existsSync(bundled) && (majorOf(bundled) ?? 0) >= oldestMajor) return bundled;
  throw new SetupFailed(
    `this is Node ${process.versions.node} and npm has no Node ${oldestMajor} that runs on ${process.platform}-${process.arch}: install Node ${oldestMajor} or newer (https://nodejs.org), or name one in ENCREW_NODE`,
  );
}

/** Null when it doesn't start, as a glibc program on musl. @param {string} program */
function majorOf(program) {
  const answer = spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8', timeout: 20_000 });
  const major = Number.parseInt(answer.stdout ?? '', 10);
  return answer.status === 0 && Number.isInteger(major) ? major : null;
}
