import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';

/** A file by its name in the entry; an entry that is itself a file has one, with an empty name. */
export type MenuFile = { name: string; content: Uint8Array };

/** Ours are a few kilobytes; whatever is larger is none of ours. */
const mostBytes = 1_000_000;
const mostFiles = 20;

/** The files of a folder, or the file, at that path, in the order of their names; null where nothing is. Throws what the system says. */
export async function readMenuFiles(path: string): Promise<MenuFile[] | null> {
  const facts = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (facts === null) return null;
  if (!facts.isDirectory()) return [{ name: '', content: await contentOf(path) }];
  const all = await readdir(path, { recursive: true, withFileTypes: true });
  // Finder leaves its own file in every folder that was looked at.
  const found = all.filter((one) => !one.isDirectory() && one.name !== '.DS_Store').slice(0, mostFiles);
  const files: MenuFile[] = [];
  for (const one of found) {
    const whole = join(one.parentPath, one.name);
    files.push({ name: whole.slice(path.length + 1), content: await contentOf(whole) });
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of names and contents. */
export function digestOf(files: readonly MenuFile[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(JSON.stringify([name, content.length])).update(content);
  return hash.digest('hex');
}

/** Puts them at that path, in place of what is there: all of it or nothing. Throws what the system says. */
export async function placeMenuFiles(path: string, files: readonly MenuFile[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const [only] = files;
  if (files.length === 1 && only?.name === '') {
    // KDE takes no menu out of a home folder that may not be run.
    return writeFileAtomically(path, only.content, undefined, 0o755);
  }
  const [next, before] = [beside(path, 'next'), beside(path, 'before')];
  await rm(next, { recursive: true, force: true });
  for (const { name, content } of files) {
    await mkdir(dirname(join(next, name)), { recursive: true });
    await writeFileAtomically(join(next, name), content);
  }
  await rm(before, { recursive: true, force: true });
  await rename(path, before).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  await rename(next, path);
  await rm(before, { recursive: true, force: true });
}

/** Removes an entry of ours. Throws what the system says. */
export async function removeMenuFiles(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** A name that no system takes for a service. */
function beside(path: string, word: string): string {
  return join(dirname(path), `.${basename(path)}.${word}`);
}

/** What is no plain file of our size is told apart by its kind and size alone. */
async function contentOf(path: string): Promise<Uint8Array> {
  const facts = await lstat(path);
  if (!facts.isFile() || facts.size > mostBytes) return Buffer.from(`${facts.mode} ${facts.size}`);
  return readFile(path);
}
