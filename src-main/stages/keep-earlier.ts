import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { flushToDisk } from '#main/platform/flush.ts';
import type { Target } from './target.ts';

/*
 * What of an earlier package outlives it: its playlists (S1 1.1), and all that Encrew did not put there. People keep posters,
 * notes and their own subtitles beside a film.
 */

/** What S1 1.1 lays out and no one else puts into a package. */
const ourLayout = [
  /^(video|audio)_[^/]+\//,
  /^fonts\.json$/,
  /^thumbs_\d+x\d+(\/|\.(webp|vtt)$)/,
  /^chapters\.vtt$/,
  /^[^/]+\.encrew\.json$/,
];

/**
 * Brings the earlier playlists into the new package in staging, as `_m3u8_backup_{timestamp}/` (S1 1.1), with older backups and
 * originals. Before the certificate is written, which then names them. Answers their paths.
 */
export async function keepPlaylists(target: Target, staged: string, timestamp: string): Promise<string[]> {
  return keep(target, staged, (path) => {
    if (isKeptAlways(path)) return path;
    return path.endsWith('.m3u8') ? `_m3u8_backup_${timestamp}/${path}` : null;
  });
}

/**
 * Brings along what people put into the earlier package. After the certificate is written, so that the next one still knows
 * what was not ours. Without a certificate the layout tells, and what it leaves open is kept. Answers their paths.
 */
export async function keepForeignFiles(target: Target, staged: string): Promise<string[]> {
  const certified = target.earlier?.certificate?.files.map(({ path }) => path) ?? null;
  const isOurs = (path: string): boolean =>
    path === target.certificateName ||
    (certified === null
      ? path.endsWith('.m3u8') || ourLayout.some((pattern) => pattern.test(path))
      : certified.includes(path));
  return keep(target, staged, (path) => (isKeptAlways(path) || isOurs(path) ? null : path));
}

function isKeptAlways(path: string): boolean {
  return path.startsWith('_m3u8_backup_') || path.startsWith('original/');
}

/** `placeOf` says where in the new package a file goes, or null. The earlier one stays whole, the new one as it is. */
async function keep(target: Target, staged: string, placeOf: (path: string) => string | null): Promise<string[]> {
  if (target.kind === 'file' || target.earlier === null) return [];
  const kept: string[] = [];
  for (const path of await filesBelow(target.path)) {
    const place = placeOf(path);
    if (place !== null && (await bring(join(target.path, path), join(staged, place)))) kept.push(place);
  }
  return kept;
}

/** By a second name for the same bytes, or a copy where the disk can't do that. False when something is there already. */
async function bring(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isExisting(error)) return false;
  }
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (error) {
    if (isExisting(error)) return false;
    throw error;
  }
  await flushToDisk(to);
  return true;
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** Everything but folders, with slashes, in a fixed order. Links are kept as what they stand for. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort((a, b) => (a < b ? -1 : 1));
}
