import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { packageName } from '#main/media/plan/package-name.ts';
import { safeFileName } from '#main/media/package/safe-name.ts';
import type { Profile } from '#shared/model/profile.ts';
import { Unusable } from './unusable.ts';

/** A film to encode and the folder that its package goes into. */
export type EncodeInput = { path: string; outDir: string };

/** What a folder is searched for; a file that is named on the command line may be called anything. */
const filmEndings: ReadonlySet<string> = new Set(
  '3g2 3gp asf avi divx dv f4v flv gxf m2ts m2v m4v mkv mov mp4 mpeg mpg mts mxf nut ogm ogv rm rmvb ts vob webm wmv wtv y4m'.split(
    ' ',
  ),
);

/**
 * The films that the arguments stand for: files as they are, folders searched through, their inner folders kept under
 * `outDir`. Hidden files, links to folders and the output folder itself are passed over. Throws Unusable when there is
 * nothing to encode, or when two films would become one package.
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
    if (await isFolder(path)) found.push(...(await filmsIn(path, path, target)));
    else found.push({ path, outDir: target });
  }
  if (found.length === 0) {
    throw new Unusable(`there is no film in ${inputs.join(', ')}: name a file, or a folder that holds some`);
  }
  const distinct = await withoutRepeats(found);
  refuseCollisions(distinct, container);
  return distinct;
}

async function filmsIn(folder: string, root: string, target: string): Promise<EncodeInput[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const films: EncodeInput[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || path === target) continue;
    if (entry.isDirectory()) films.push(...(await filmsIn(path, root, target)));
    else if (isFilmName(entry.name) && (entry.isFile() || entry.isSymbolicLink())) {
      films.push({ path, outDir: join(target, ...safeFolders(relative(root, dirname(path)))) });
    }
  }
  return films;
}

function safeFolders(inner: string): string[] {
  return inner === '' ? [] : inner.split(sep).map((name) => safeFileName(name));
}

function isFilmName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && filmEndings.has(name.slice(dot + 1).toLowerCase());
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
    const name = packageName(basename(path));
    const place = join(outDir, container === 'hls' ? name : `${name}.${container}`);
    const other = taken.get(place.toLowerCase());
    if (other !== undefined) {
      throw new Unusable(
        `${other} and ${path} would both become ${place}: rename one, or encode them into different folders`,
      );
    }
    taken.set(place.toLowerCase(), path);
  }
}
