import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isFilmName } from '#shared/format/film-name.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import { packageName } from '#main/media/plan/package-name.ts';
import type { Profile } from '#shared/model/profile.ts';
import { packagedFiles } from './packaged-files.ts';
import { InputFault } from './input-fault.ts';

/** A film to encode and the folder that its package goes into. */
export type EncodeInput = { path: string; outDir: string };

/**
 * The films that the arguments stand for: files as they are, folders searched through, their inner folders kept under
 * `outDir`. Hidden files, links to folders, what certificates name and the output folder itself are passed over. Throws
 * InputFault when a folder holds no film, or when two films would become one package or one inside the other.
 */
export async function encodeInputs(
  inputs: readonly string[],
  outDir: string,
  container: Profile['container'],
): Promise<EncodeInput[]> {
  const target = resolve(outDir);
  const found: EncodeInput[] = [];
  for (const input of inputs) {
    const path = resolve(input);
    // What can't be looked at is left to the probe, whose refusal says why.
    if (!(await isFolder(path))) {
      found.push({ path, outDir: target });
      continue;
    }
    const films = await filmsIn(path, { root: path, target, packaged: new Set() });
    if (films.length === 0) {
      throw new InputFault(`there is no film in ${input}: name a file, or a folder that holds some`);
    }
    found.push(...films);
  }
  const distinct = await withoutRepeats(found);
  refuseCollisions(distinct, container);
  return distinct;
}

/** `packaged` grows on the way down: a certificate lies above the files that it names. */
type Search = { root: string; target: string; packaged: Set<string> };

async function filmsIn(folder: string, search: Search): Promise<EncodeInput[]> {
  const { root, target, packaged } = search;
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const names = entries.map(({ name }) => name);
  for (const path of await packagedFiles(folder, names)) packaged.add(path);
  const films: EncodeInput[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || path === target || packaged.has(path)) continue;
    if (entry.isDirectory()) films.push(...(await filmsIn(path, search)));
    else if (isFilmName(entry.name) && (entry.isFile() || entry.isSymbolicLink())) {
      films.push({ path, outDir: join(target, ...safeFolders(relative(root, dirname(path)))) });
    }
  }
  return films;
}

function safeFolders(inner: string): string[] {
  return inner === '' ? [] : inner.split(sep).map((name) => safeFileName(name));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The same file named twice is one film. */
async function withoutRepeats(inputs: readonly EncodeInput[]): Promise<EncodeInput[]> {
  const kept = new Map<string, EncodeInput>();
  for (const input of inputs) {
    const real = await realpath(input.path).catch(() => input.path);
    const key = `${real}\0${input.outDir}`;
    if (!kept.has(key)) kept.set(key, input);
  }
  return [...kept.values()];
}

/** Letter case is ignored: the target may be a disk that ignores it. */
function refuseCollisions(inputs: readonly EncodeInput[], container: Profile['container']): void {
  const taken = new Map<string, string>();
  for (const { path, outDir } of inputs) {
    const place = placeOf({ path, outDir }, container);
    const other = taken.get(place.toLowerCase());
    if (other !== undefined) throw collision(`${other} and ${path} would both become ${place}`);
    taken.set(place.toLowerCase(), path);
  }
  for (const { path, outDir } of inputs) {
    for (let above = outDir; dirname(above) !== above; above = dirname(above)) {
      const outer = taken.get(above.toLowerCase());
      if (outer !== undefined) throw collision(`${path} would be made inside ${above}, the package of ${outer}`);
    }
  }
}

function placeOf({ path, outDir }: EncodeInput, container: Profile['container']): string {
  const name = packageName(basename(path));
  return join(outDir, container === 'hls' ? name : `${name}.${container}`);
}

function collision(what: string): InputFault {
  return new InputFault(`${what}: rename one, or encode them into different folders`);
}
