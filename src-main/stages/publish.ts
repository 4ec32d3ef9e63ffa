import { lstat, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { JobFault, writeFault } from './job-fault.ts';
import { asidePath, type Target } from './target.ts';

/**
 * Puts a checked and certified package in its place by one rename, and answers where it can be played from. An earlier
 * package of ours is moved aside, and deleted when the new one is in place: a crash leaves one of them whole.
 *
 * @param staging folder that holds `{name}/`, or `{name}.mp4` with its certificate; on the volume of the target
 */
export async function publish(target: Target, staging: string): Promise<string> {
  try {
    if (target.kind === 'file') return await publishFile(target, staging);
    return await publishFolder(target, staging);
  } catch (error) {
    throw writeFault(error, target.outDir);
  }
}

async function publishFolder(target: Target, staging: string): Promise<string> {
  const staged = join(staging, target.name);
  const aside = asidePath(target);
  await flushTree(staged);
  if (target.earlier === null) await rmdir(target.path).catch(() => {});
  else await rename(target.path, aside);
  // Renaming onto a folder that came here meanwhile must not mix them.
  if (await isThere(target.path)) throw cameMeanwhile(target);
  try {
    await rename(staged, target.path);
  } catch (error) {
    if (target.earlier !== null) await rename(aside, target.path);
    throw error;
  }
  await flushToDisk(target.outDir);
  // What can't be deleted now is deleted when the next job comes here.
  await rm(aside, { recursive: true, force: true }).catch(() => {});
  return join(target.path, `${target.name}.m3u8`);
}

/** The certificate goes first: it proves that the file is ours, should a crash leave only one of the two new. */
async function publishFile(target: Target, staging: string): Promise<string> {
  const staged = join(staging, basename(target.path));
  const certificatePath = join(target.outDir, target.certificateName);
  await flushToDisk(staged);
  if (target.earlier === null && (await isThere(target.path))) throw cameMeanwhile(target);
  const before = await readFile(certificatePath).catch(() => null);
  await rename(join(staging, target.certificateName), certificatePath);
  try {
    await rename(staged, target.path);
  } catch (error) {
    if (before === null) await rm(certificatePath, { force: true });
    else await writeFileAtomically(certificatePath, before);
    throw error;
  }
  await flushToDisk(target.outDir);
  return target.path;
}

function cameMeanwhile({ path }: Target): JobFault {
  const message = `something came to ${path} while the package was made, and stays as it is: choose another output folder`;
  return new JobFault('target-taken', message);
}

/** A power cut after the rename must not leave names without content. */
async function flushTree(root: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (entry.isFile() || entry.isDirectory()) await flushToDisk(join(entry.parentPath, entry.name));
  }
  await flushToDisk(root);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
