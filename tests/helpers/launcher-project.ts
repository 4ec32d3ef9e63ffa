import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the launcher around a program of the test's own, so that nothing here installs into the real checkout. */
export type LauncherProject = {
  folder: string;
  startScript: string;
  /** The same Node under another name: makes the launcher start a second process, as an old Node does. */
  otherNode: string;
};

/** `program` is the text of its src-main/headless.ts. Packages count as installed unless `lock` says more. */
export async function launcherProject(
  program: string,
  packages: { lock?: object; manifest?: object } = {},
): Promise<LauncherProject> {
  const folder = join(await temporaryFolder(), 'Encrew of ünser house');
  await cp(join(repository, 'build'), join(folder, 'build'), { recursive: true });
  await mkdir(join(folder, 'src-main'));
  await writeFile(join(folder, 'src-main', 'headless.ts'), program);
  const manifest = { name: 'launched', version: '1.0.0', type: 'module', scripts: { start: 'node build/start.mjs' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...packages.manifest }));
  await writeFile(join(folder, '.npmrc'), 'loglevel=silent\n');
  const lock = JSON.stringify({ lockfileVersion: 3, packages: { '': {} }, ...packages.lock });
  await writeFile(join(folder, 'package-lock.json'), lock);
  if (packages.lock === undefined) {
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'node_modules', '.package-lock.json'), lock);
  }
  const otherNode = join(folder, 'other-node');
  await symlink(process.execPath, otherNode);
  return { folder, startScript: join(folder, 'build', 'start.mjs'), otherNode };
}

/** A folder for PATH that holds only these programs: name to shell script. */
export async function programFolder(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  await symlink('/usr/bin/env', join(folder, 'env'));
  await chmod(folder, 0o777);
  return folder;
}

export type Launch = {
  child: ChildProcess;
  /** So far. */
  stdout: () => string;
  stderr: () => string;
  ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
};

/** Starts a program and keeps its words; it is killed at the end of the test if it still runs. */
export function launch(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>>; uid?: number },
): Launch {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|ENCREW_)/.test(name));
  const child = spawn(program, args, {
    ...options,
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes) => (stdout += String(bytes)));
  child.stderr.on('data', (bytes) => (stderr += String(bytes)));
  const ended = new Promise<Awaited<Launch['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}
