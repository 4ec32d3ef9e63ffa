import { basename, dirname, extname, join } from 'node:path';
import { certificateSuffix } from '#shared/model/certificate.ts';

/** Hidden, so that players and libraries pass over what is in it; on the film's own disk, so that nothing is copied. */
const heldFolder = '.encrew-originals';

/** Where a film is held aside, while it is, for one job. */
export function heldPathOf(sourcePath: string, jobId: string): string {
  return join(dirname(sourcePath), heldFolder, jobId, basename(sourcePath));
}

/** What tells a person, without any database, where the film beside it came from. */
export function sidecarOf(heldPath: string): string {
  return `${heldPath}.encrew-original.json`;
}

/** Where the sidecar is written first. */
export function sidecarPartialOf(heldPath: string): string {
  return `${sidecarOf(heldPath)}.partial`;
}

/** The places of a film that a new file replaces. */
export type ReplacePlaces = {
  source: string;
  held: string;
  /** Where the package was published. */
  output: string;
  outputCertificate: string;
  /** Where it comes to lie: the film's name, with the new ending unless that is the old one. */
  target: string;
  targetCertificate: string;
  /** Beside the target, while the new file is brought there. */
  partial: string;
  certificatePartial: string;
};

/** Works out where everything lies and comes to lie. */
export function replacePlaces(source: string, output: string, jobId: string): ReplacePlaces {
  const [old, now] = [extname(source), extname(output)];
  const name = basename(source, old);
  const target = old.toLowerCase() === now.toLowerCase() ? source : join(dirname(source), `${name}${now}`);
  return {
    source,
    held: heldPathOf(source, jobId),
    output,
    outputCertificate: join(dirname(output), `${basename(output, now)}${certificateSuffix}`),
    target,
    targetCertificate: join(dirname(source), `${name}${certificateSuffix}`),
    partial: join(dirname(source), `.encrew-${jobId}.partial`),
    certificatePartial: join(dirname(source), `.encrew-${jobId}.certificate`),
  };
}
