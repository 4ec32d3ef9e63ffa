import { join } from 'node:path';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { changeKnownFile, type KnownFile } from '#main/store/known-files.ts';
import type { WatchFolder } from '#main/store/watch-folders.ts';
import { judgeUnseen } from './gone-files.ts';
import type { IntakeContext } from './intake-context.ts';
import type { PackageWatch } from './package-watch.ts';
import { settling } from './settle.ts';
import type { Sighting } from './sighting.ts';
import { lookAtFile, type SeenFile } from './walk-folder.ts';

export type Examination = {
  folder: WatchFolder;
  packages: PackageWatch;
  isRootThere: () => Promise<boolean>;
  /** See settle.ts. */
  trustedSinceMs: number;
};

/** Looks again at a file that was growing, and takes it for ready once it has stopped and can be read. */
export async function examineFile(context: IntakeContext, about: Examination, file: KnownFile): Promise<void> {
  const { db, clock } = context;
  const { folder, isRootThere } = about;
  const seen = await lookAtFile(folder.path, file.path);
  if (seen === null) {
    await judgeUnseen(context, folder, [file], isRootThere);
    return;
  }
  const nowMs = clock.nowMs();
  const { sizeBytes, modifiedMs } = seen;
  const rule = { settleMs: folder.rules.settleSec * 1000, trustedSinceMs: about.trustedSinceMs };
  const settled = settling({ ...file, sinceMs: file.stableSinceMs }, seen, nowMs, rule);
  if (settled.kind === 'settled') {
    const verdict = await judgeSettled(about, seen, nowMs);
    // Its job was one of the content that it had before.
    const isOther = verdict.fingerprint !== undefined && verdict.fingerprint !== file.fingerprint;
    const forgotten = isOther ? { jobId: null, isCopy: 0 } : {};
    await changeKnownFile(db, file, { ...verdict, ...forgotten, seenAtMs: nowMs });
  } else {
    await changeKnownFile(db, file, { sizeBytes, modifiedMs, stableSinceMs: settled.sinceMs, seenAtMs: nowMs });
  }
}

async function judgeSettled({ folder, packages }: Examination, seen: SeenFile, nowMs: number): Promise<Sighting> {
  const verdict = (state: Sighting['state'], note: string): Sighting => ({ state, note, stableSinceMs: null });
  if (seen.sizeBytes === 0) return verdict('unusable', 'is empty');
  if (seen.sizeBytes < folder.rules.minBytes) {
    return verdict('skipped', `is smaller than the ${folder.rules.minBytes} bytes of the rule`);
  }
  try {
    const { fingerprint, sizeBytes } = await fingerprintOfFile(join(folder.path, seen.path));
    const after = await lookAtFile(folder.path, seen.path);
    if (sizeBytes !== seen.sizeBytes || after?.sizeBytes !== seen.sizeBytes || after.modifiedMs !== seen.modifiedMs) {
      return { state: 'growing', note: null, stableSinceMs: nowMs };
    }
    if (await packages.isPackaged(seen.path)) return verdict('skipped', 'is a package, or part of one');
    return { state: 'ready', fingerprint, note: null, stableSinceMs: null };
  } catch (error) {
    return unreadable(error, nowMs);
  }
}

/** Windows locks what is being written; elsewhere nobody is kept out but by rights. */
const locked: ReadonlySet<unknown> = new Set(['EBUSY', 'ETXTBSY', 'EAGAIN', 'EDEADLK']);

function unreadable(error: unknown, nowMs: number): Sighting {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (locked.has(code)) return { state: 'growing', note: 'is in use by another program', stableSinceMs: nowMs };
  // Gone between two looks: the next one will say so.
  if (code === 'ENOENT') return { state: 'growing', note: null, stableSinceMs: nowMs };
  const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read: change its rights' : String(error);
  return { state: 'unusable', note: why, stableSinceMs: null };
}
