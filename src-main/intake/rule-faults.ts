import { relative, sep } from 'node:path';
import { freeSpace } from '#main/platform/free-space.ts';
import { isInside, realPlace } from '#main/platform/roots.ts';
import type { WatchFolder, WatchFolderRule } from '#main/store/watch-folders.ts';
import { whyUnreadable, whyUnwritable } from './folder-trial.ts';
import { passedOverName } from './name-rules.ts';

export type RuleField = 'path' | 'outputDir' | 'moveDir' | 'rules';
export type RuleFault = { field: RuleField; message: string };
export type RulePlace = { field: 'path' | 'outputDir' | 'moveDir'; freeBytes: number };

/**
 * Tries what a rule asks for, so that a folder that can't be read or written is told now and not at night: the watch folder is
 * opened, and where something will be written a file is written and deleted. Every fault is told at once; nothing is left.
 */
export async function ruleFaults(
  rule: WatchFolderRule,
  others: readonly Pick<WatchFolder, 'path' | 'name'>[],
): Promise<{ faults: RuleFault[]; places: RulePlace[] }> {
  const faults: RuleFault[] = [];
  const places: RulePlace[] = [];
  const moves = rule.afterwards === 'move';
  const unread = await whyUnreadable(rule.path);
  if (unread !== null) return { faults: [{ field: 'path', message: unread }], places };
  faults.push(...(await nestingFaults(rule, others)));
  if (moves && rule.moveDir === null) {
    faults.push({ field: 'moveDir', message: 'is needed where films are moved: name a folder' });
  }
  const tried: [RulePlace['field'], string | null][] = [
    // Films are taken out of the watch folder only where the rule moves them.
    ['path', rule.afterwards === 'keep' ? null : rule.path],
    ['outputDir', rule.outputDir],
    ['moveDir', moves ? rule.moveDir : null],
  ];
  for (const [field, folder] of tried) {
    if (folder === null) continue;
    const unwritten = await whyUnwritable(folder);
    if (unwritten !== null) faults.push({ field, message: unwritten.message });
    else places.push({ field, freeBytes: (await freeSpace(folder)).freeBytes });
  }
  return { faults, places };
}

/** What would make a folder feed itself, or two rules take the same film. */
async function nestingFaults(
  rule: WatchFolderRule,
  others: readonly Pick<WatchFolder, 'path' | 'name'>[],
): Promise<RuleFault[]> {
  const faults: RuleFault[] = [];
  const root = await realPath(rule.path);
  const targets = [
    { field: 'outputDir', folder: rule.outputDir },
    { field: 'moveDir', folder: rule.afterwards === 'move' ? rule.moveDir : null },
  ] as const;
  for (const { field, folder } of targets) {
    if (folder === null) continue;
    const inner = innerPath(await realPath(folder), root);
    if (inner === null || isOutOfSight(inner, rule.rules.exclude)) continue;
    const cure = inner === '' ? 'choose another folder' : `add ${inner} to the excluded folders, or choose another`;
    faults.push({ field, message: `${folder} is in the watch folder, which would feed itself: ${cure}` });
  }
  for (const { path, name } of others) {
    const other = await realPath(path);
    if (isInside(root, other)) faults.push({ field: 'path', message: `lies in the watch folder ${name} (${path})` });
    else if (isInside(other, root)) faults.push({ field: 'path', message: `holds the watch folder ${name} (${path})` });
  }
  return faults;
}

function isOutOfSight(inner: string, exclude: readonly string[]): boolean {
  const names = inner.split('/');
  return (
    inner !== '' &&
    names.some(
      (name, i) => passedOverName(name, 'folder') !== null || exclude.includes(names.slice(0, i + 1).join('/')),
    )
  );
}

/** Relative with slashes; null for what lies outside. */
function innerPath(path: string, root: string): string | null {
  return isInside(path, root) ? relative(root, path).split(sep).join('/') : null;
}

async function realPath(path: string): Promise<string> {
  const place = await realPlace(path);
  return place.ok ? place.path : path;
}
