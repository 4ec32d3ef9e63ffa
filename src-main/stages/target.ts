import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { type Certificate, certificateSuffix, parseCertificate } from '#shared/model/certificate.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import { JobFault, placeFault } from './job-fault.ts';

/** Where a package will be, and what is there now. */
export type Target = {
  kind: 'folder' | 'file';
  outDir: string;
  name: string;
  /** `{out}/{name}` or `{out}/{name}.mp4`. */
  path: string;
  /** `{name}.encrew.json`, in the folder or beside the file. */
  certificateName: string;
  /** An earlier package of ours, or nothing. What isn't ours is refused before a target comes to be. */
  earlier: EarlierPackage | null;
};

/** Our own earlier package; `certificate` is null when it has lost its own. */
export type EarlierPackage = { certificate: Certificate | null };

export type TargetWish = {
  outDir: string;
  plan: Pick<EncodePlan, 'name' | 'container'>;
  /** Links followed. */
  sourcePath: string;
  /** Of the source, as certificates name it: tells the same film from another one of that name. */
  fingerprint: string;
  /** Replaces a package of another source or tool; never a folder that isn't a package, and never the source. */
  overwrite: boolean;
};

/**
 * Looks at the place of a package. Throws JobFault when the source itself lies there, or something that Encrew did not
 * make. Where a crash left the place empty between two packages, the earlier one is put back first.
 */
export async function lookAtTarget(wish: TargetWish): Promise<Target> {
  const { outDir, plan, sourcePath, fingerprint, overwrite } = wish;
  const kind = plan.container === 'hls' ? 'folder' : 'file';
  const path = join(outDir, kind === 'folder' ? plan.name : `${plan.name}.${plan.container}`);
  const certificateName = `${plan.name}${certificateSuffix}`;
  const target = { kind, outDir, name: plan.name, path, certificateName, earlier: null } satisfies Target;
  try {
    await recoverTarget(target);
    const real = await realpath(path).catch(() => null);
    if (real !== null && (sourcePath === real || sourcePath.startsWith(real + sep))) {
      throw new JobFault(
        'target-is-source',
        `${path} is, or holds, the film itself, and the package would replace it: choose another output folder`,
      );
    }
    const earlier = await earlierPackage(target, overwrite);
    if (!overwrite) refuseAnotherFilm(target, earlier, fingerprint);
    return { ...target, earlier };
  } catch (error) {
    throw placeFault(error, outDir);
  }
}

/** Where the earlier package waits while the new one takes its place; hidden, on the same volume. */
export function asidePath({ outDir, path }: Pick<Target, 'outDir' | 'path'>): string {
  const mark = createHash('sha256').update(basename(path)).digest('hex').slice(0, 16);
  return join(outDir, `.encrew-earlier-${mark}`);
}

/** A crash left an earlier package aside: where the new one is in place it can go, and into an empty place it goes back. */
async function recoverTarget(target: Target): Promise<void> {
  const aside = asidePath(target);
  if (target.kind === 'file' || (await kindAt(aside)) === null) return;
  const isInPlace = (await readCertificate(join(target.path, target.certificateName))) !== null;
  if (isInPlace) await rm(aside, { recursive: true, force: true });
  else if ((await kindAt(target.path)) === null) await rename(aside, target.path);
}

/** Two films of one name, encoded one after the other, must not cost the first one its package. */
function refuseAnotherFilm(target: Target, earlier: EarlierPackage | null, fingerprint: string): void {
  const source = earlier?.certificate?.source ?? null;
  if (source === null || source.fingerprint === fingerprint) return;
  throw taken(target, `the package of another source (${oneLineName(source.fileName)}; --overwrite replaces it)`);
}

function oneLineName(fileName: string): string {
  return fileName.replaceAll(/\p{Cc}/gu, '?');
}

async function earlierPackage(target: Target, overwrite: boolean): Promise<EarlierPackage | null> {
  const found = await kindAt(target.path);
  return target.kind === 'folder' ? earlierFolder(target, found, overwrite) : earlierFile(target, found, overwrite);
}

async function earlierFolder(target: Target, found: KindAt, overwrite: boolean): Promise<EarlierPackage | null> {
  if (found === null) return null;
  if (found !== 'folder') throw taken(target, 'a file or link that is in the way');
  const names = await readdir(target.path);
  if (names.length === 0) return null;
  const certificate = await readCertificate(join(target.path, target.certificateName));
  if (certificate === null) {
    const isPackage = names.includes(`${target.name}.m3u8`);
    if (!isPackage) throw taken(target, 'a folder that Encrew did not make');
    if (!overwrite) throw taken(target, 'a package without our certificate (--overwrite replaces it)');
  }
  return { certificate };
}

async function earlierFile(target: Target, found: KindAt, overwrite: boolean): Promise<EarlierPackage | null> {
  const certificatePath = join(target.outDir, target.certificateName);
  const certificate = await readCertificate(certificatePath);
  const isOurs = certificate?.files.some(({ path }) => path === basename(target.path)) ?? false;
  if (found === 'folder') throw taken(target, 'a folder');
  if (found === 'other') throw taken(target, 'a link or a special file');
  if (overwrite) return found === null && certificate === null ? null : { certificate };
  if (found === 'file' && !isOurs) throw taken(target, 'a file that Encrew did not make (--overwrite replaces it)');
  if (!isOurs && (await kindAt(certificatePath)) !== null) {
    const whose = certificate?.files[0]?.path ?? 'something else';
    throw taken({ path: certificatePath }, `the certificate of ${whose} (--overwrite replaces it)`);
  }
  return isOurs ? { certificate } : null;
}

function taken({ path }: Pick<Target, 'path'>, what: string): JobFault {
  return new JobFault('target-taken', `${path} is ${what}, and stays as it is: choose another output folder`);
}

type KindAt = 'file' | 'folder' | 'other' | null;

async function kindAt(path: string): Promise<KindAt> {
  try {
    const found = await lstat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function readCertificate(path: string): Promise<Certificate | null> {
  try {
    return parseCertificate(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
