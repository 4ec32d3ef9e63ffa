import type { Finding } from '#shared/model/finding.ts';

/** A segment as it was made. */
export type MadeSegment = { path: string; sizeBytes: number; durationSec: number };

/** One rendition of a package, measured from what was made. */
export type MadeRendition = {
  id: string;
  kind: 'video' | 'audio';
  /** RFC 6381, from the stream's own headers; null where none is defined. */
  codec: string | null;
  /** Pictures; null for sound. */
  frames: number | null;
  durationSec: number;
  /** Empty in a single file. */
  segments: readonly MadeSegment[];
};

/** A finished package in its staging folder, not yet checked. */
export type PackageDraft = {
  /** Master playlist or file, relative to the staging folder. */
  main: string;
  renditions: readonly MadeRendition[];
  findings: readonly Finding[];
};

/** Why no package came of the parts. `task` names the one whose part is at fault and has to be done again. */
export type PackageFailure = {
  code: 'part-missing' | 'part-unreadable' | 'chunk-incomplete' | 'chunk-layout-differs' | 'mux-failed' | 'disk-full';
  message: string;
  task: string | null;
};

export type PackageResult = { ok: true; draft: PackageDraft } | { ok: false; failure: PackageFailure };

/** Thrown inside the package stage and turned into its result at the edge. */
export class PackagingFailed extends Error {
  readonly failure: PackageFailure;

  constructor(failure: PackageFailure) {
    super(failure.message);
    this.name = 'PackagingFailed';
    this.failure = failure;
  }
}

/** Runs a packager and turns what is wrong with a part into a value; anything else is thrown on. */
export async function packagingResult(build: () => Promise<PackageDraft>): Promise<PackageResult> {
  try {
    return { ok: true, draft: await build() };
  } catch (error) {
    if (error instanceof PackagingFailed) return { ok: false, failure: error.failure };
    throw error;
  }
}
