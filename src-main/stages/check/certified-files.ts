import type { CertifiedFile } from '#shared/model/certificate.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { sha256OfFile } from '#main/platform/file-hash.ts';
import type { PackageFile } from './package-files.ts';

/** One file at a time keeps a spinning disk from seeking; two keep both cores hashing. */
const concurrency = 2;

/** Sizes and hashes of files of a package, by path. Links out of it and special files are left out. */
export async function hashPackageFiles(
  files: readonly PackageFile[],
  signal?: AbortSignal,
): Promise<Map<string, CertifiedFile>> {
  const regular = files.filter((file) => file.kind === 'file');
  const hashed = await inParallel(
    regular,
    concurrency,
    async ({ path, sizeBytes, absolutePath }): Promise<CertifiedFile> => {
      return { path, sizeBytes, sha256: await sha256OfFile(absolutePath, signal) };
    },
  );
  return new Map(hashed.map((file) => [file.path, file]));
}
