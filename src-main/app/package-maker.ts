import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import type { PackageResult } from '#main/stages/package/package-draft.ts';
import { packageHls, type PackageRequest } from '#main/stages/package/package-hls.ts';

/** Makes a package out of a job's finished parts, in its staging folder. */
export type PackageMaker = (request: PackageRequest, deps: ProbeDeps, signal: AbortSignal) => Promise<PackageResult>;

/** By the plan's container. */
export const makePackage: PackageMaker = async (request, deps, signal) => {
  switch (request.plan.container) {
    case 'hls':
      return packageHls(request, deps, signal);
    case 'mp4':
    case 'mkv': {
      const message = `${request.plan.container} files are not made yet: choose a profile with container hls`;
      return { ok: false, failure: { code: 'mux-failed', message, task: null } };
    }
  }
};
