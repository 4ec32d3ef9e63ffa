import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '#main/platform/error-code.ts';
import { addKnownFiles, changeKnownFile, knownFileAt, knownFilesBetween } from '#main/store/known-files.ts';
import { wantScan, type WatchFolder } from '#main/store/watch-folders.ts';
import { judgeUnseen } from './gone-files.ts';
import type { IntakeContext } from './intake-context.ts';
import { passedOverName } from './name-rules.ts';
import type { PackageWatch } from './package-watch.ts';
import { newFile, sightingOf } from './sighting.ts';
import { type SeenFile, walkFolder } from './walk-folder.ts';

export type HintContext = {
  folder: WatchFolder;
  packages: PackageWatch;
  isRootThere: () => Promise<boolean>;
};

/** A dropped folder of more files is left to a scan, which can be stopped and resumed. */
const mostAtOnce = 500;

/** Looks at a path at which something is said to have happened. */
export async function followHint(context: IntakeContext, about: HintContext, path: string): Promise<void> {
  const { db } = context;
  const { folder, packages } = about;
  if (path === '') return;
  if (isOutOfSight(folder, path) || (await packages.isInPackage(path))) return;
  switch (await kindAt(join(folder.path, path))) {
    case 'file':
      return followFile(context, folder, path);
    case 'folder': {
      let files = 0;
      for await (const step of walkFolder(folder.path, { below: path, exclude: folder.rules.exclude })) {
        await sightFiles(context, folder, step.files);
        files += step.files.length;
        if (files > mostAtOnce) return wantScan(db, folder.id);
      }
      return;
    }
    case 'gone':
      return followGone(context, about, path);
    case 'other':
      return;
  }
}

/** Hidden, excluded or unfinished by its own name or one above it. */
function isOutOfSight({ rules }: WatchFolder, path: string): boolean {
  const names = path.split('/');
  return names.some(
    (name, i) => passedOverName(name, 'folder') !== null || rules.exclude.includes(names.slice(0, i + 1).join('/')),
  );
}

async function followFile(context: IntakeContext, folder: WatchFolder, path: string): Promise<void> {
  if (passedOverName(path.slice(path.lastIndexOf('/') + 1), 'file') !== null) return;
  const found = await lstat(join(folder.path, path)).catch(() => null);
  if (found === null) return;
  await sightFiles(context, folder, [{ path, sizeBytes: found.size, modifiedMs: found.mtimeMs }]);
}

async function sightFiles(
  { db, clock }: IntakeContext,
  folder: WatchFolder,
  files: readonly SeenFile[],
): Promise<void> {
  const nowMs = clock.nowMs();
  await db.transaction().execute(async (trx) => {
    for (const seen of files) {
      const known = await knownFileAt(trx, folder.id, seen.path);
      const change = known === null ? null : sightingOf(known, seen, nowMs);
      if (known === null) await addKnownFiles(trx, [newFile(folder.id, seen, nowMs)]);
      else if (change !== null) await changeKnownFile(trx, known, change);
    }
  });
}

/** Either a file, or a folder with all that was in it. */
async function followGone(context: IntakeContext, { folder, isRootThere }: HintContext, path: string): Promise<void> {
  const { db } = context;
  const file = await knownFileAt(db, folder.id, path);
  // `0` is what follows `/`: all paths that begin with this folder's.
  const below = await knownFilesBetween(db, folder.id, { after: `${path}/`, upTo: `${path}0`, limit: mostAtOnce + 1 });
  const inner = below.filter((one) => one.path.startsWith(`${path}/`));
  if (inner.length > mostAtOnce) return wantScan(db, folder.id);
  await judgeUnseen(context, folder, file === null ? inner : [file, ...inner], isRootThere);
}

async function kindAt(path: string): Promise<'file' | 'folder' | 'gone' | 'other'> {
  try {
    const found = await lstat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? 'gone' : 'other';
  }
}
