import PQueue from 'p-queue';
import type { CertifiedFile } from '#shared/model/certificate.ts';
import { sha256OfFile } from './hash-file.ts';
import type { PackageFile } from './package-files.ts';

/** One file at a time keeps a spinning disk from seeking; two keep both cores hashing. */
const concurrency = 2;

/** Sizes and hashes of files of a package, by path. Links out of it and special files are left out. */
export async function hashPackageFiles(
  files: readonly PackageFile[],
  signal?: AbortSignal,
): Promise<Map<string, CertifiedFile>> {
  const queue = new PQueue({ concurrency });
  const hashed = await queue.addAll(
    files
      .filter((file) => file.kind === 'file')
      .map(({ path, sizeBytes, absolutePath }) => async (): Promise<CertifiedFile> => {
        return { path, sizeBytes, sha256: await sha256OfFile(absolutePath, signal) };
      }),
    signal === undefined ? {} : { signal },
  );
  return new Map(hashed.map((file) => [file.path, file]));
}
