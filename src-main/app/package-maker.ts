import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import type { PackageResult } from '#main/stages/package/package-draft.ts';
import { packageFile } from '#main/stages/package/package-file.ts';
import { packageHls, type PackageRequest } from '#main/stages/package/package-hls.ts';

/** Makes a package out of a job's finished parts, in its staging folder. */
export type PackageMaker = (request: PackageRequest, deps: ProbeDeps, signal: AbortSignal) => Promise<PackageResult>;

/** By the plan's container. */
export const makePackage: PackageMaker = async (request, deps, signal) => {
  switch (request.plan.container) {
    case 'hls':
      return packageHls(request, deps, signal);
    case 'mp4':
    case 'mkv':
      return packageFile(request, deps, signal);
  }
};
