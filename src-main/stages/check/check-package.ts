import { basename, extname } from 'node:path';
import { type CertifiedStream, certificateSuffix } from '#shared/model/certificate.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import { certifiedHlsStreams, certifiedMkvStreams, certifiedMp4Streams } from '#main/media/check/certified-streams.ts';
import { warning } from '#main/media/check/finding-of.ts';
import type { SourceDurations } from '#main/media/check/hls/observed-hls.ts';
import { checkHls } from '#main/media/check/hls/rules.ts';
import { observeMkv } from '#main/media/check/mkv/observe-mkv.ts';
import { checkMkv } from '#main/media/check/mkv/rules.ts';
import { observeMp4 } from '#main/media/check/mp4/observe-mp4.ts';
import { checkMp4 } from '#main/media/check/mp4/rules.ts';
import { type FoundPackage, findPackage } from './find-package.ts';
import { observeHls } from './observe-hls.ts';
import { readMkvParts } from './observe-mkv-file.ts';
import { readMp4Parts } from './observe-mp4-file.ts';
import { type PackageFile, packageFile } from './package-files.ts';
import { verifyFiles } from './verify-certificate.ts';

export type CheckOptions = {
  /** What is known of the source: lengths are compared with it. */
  sourceFacts?: MediaFacts | undefined;
  /** `auto` hashes every file again where there is a certificate; `ignore` saves the time. Default `auto`. */
  certificate?: 'auto' | 'ignore' | undefined;
  signal?: AbortSignal | undefined;
};

export type CheckResult = {
  kind: 'hls' | 'mp4' | 'mkv';
  findings: Finding[];
  checked: {
    files: number;
    sizeBytes: number;
    playlists: number;
    /** Segments whose head or whole was read; 0 for a single file. */
    segments: number;
    /** Files that were hashed again for the certificate. */
    filesHashed: number;
  };
  /** What the streams' headers said: for the certificate. */
  streams: CertifiedStream[];
};

/**
 * Checks a package: an HLS folder, a playlist, an MP4 or an MKV, ours or another tool's. Only reads, only inside the
 * package, and never fetches anything. NotAPackage where there is nothing to check.
 */
export async function checkPackage(path: string, options: CheckOptions = {}): Promise<CheckResult> {
  const found = await findPackage(path);
  return found.kind === 'hls' ? checkHlsPackage(found, options) : checkSingleFile(found, options);
}

async function checkHlsPackage(
  found: Extract<FoundPackage, { kind: 'hls' }>,
  options: CheckOptions,
): Promise<CheckResult> {
  const { files, entry, otherMasters } = found;
  const observed = await observeHls(files, entry, durationsOf(options.sourceFacts), options.signal);
  const findings = checkHls(observed);
  if (otherMasters.length > 0) {
    const message = `${otherMasters.join(', ')} beside it: only ${entry} was checked`;
    findings.push(warning('master-ambiguous', entry, message));
  }
  const certificates = [...files.keys()].filter((name) => !name.includes('/') && name.endsWith(certificateSuffix));
  const own = certificates.find((name) => name === certificateName(entry)) ?? certificates[0] ?? null;
  const verified = await verifyFiles(files, options.certificate === 'ignore' ? null : own, true, options.signal);
  const media = [...observed.media.values()];
  return {
    kind: 'hls',
    findings: [...findings, ...verified.findings],
    checked: {
      files: files.size,
      sizeBytes: totalBytes(files.values()),
      playlists: media.length + (observed.master === null ? 0 : 1),
      segments: media.reduce((sum, one) => sum + one.rendition.segments.filter((seen) => seen !== null).length, 0),
      filesHashed: verified.filesHashed,
    },
    streams: certifiedHlsStreams(observed),
  };
}

async function checkSingleFile(
  found: Extract<FoundPackage, { kind: 'mp4' | 'mkv' }>,
  options: CheckOptions,
): Promise<CheckResult> {
  const file = await packageFile(found.root, found.fileName);
  const source = durationsOf(options.sourceFacts);
  const judged =
    found.kind === 'mp4'
      ? judgeMp4(observeMp4(await readMp4Parts(file), { source, subtitleWanted: subtitleWanted(options.sourceFacts) }))
      : judgeMkv(observeMkv(await readMkvParts(file), source));
  const certificate = await packageFile(found.root, certificateName(found.fileName)).catch(() => null);
  const files = new Map([file, certificate].flatMap((one) => (one === null ? [] : [[one.path, one] as const])));
  const name = options.certificate === 'ignore' ? null : (certificate?.path ?? null);
  const verified = await verifyFiles(files, name, false, options.signal);
  return {
    kind: found.kind,
    findings: [...judged.findings, ...verified.findings],
    checked: { files: 1, sizeBytes: file.sizeBytes, playlists: 0, segments: 0, filesHashed: verified.filesHashed },
    streams: judged.streams,
  };
}

function judgeMp4(observed: ReturnType<typeof observeMp4>): Pick<CheckResult, 'findings' | 'streams'> {
  return { findings: checkMp4(observed), streams: certifiedMp4Streams(observed) };
}

function judgeMkv(observed: ReturnType<typeof observeMkv>): Pick<CheckResult, 'findings' | 'streams'> {
  return { findings: checkMkv(observed), streams: certifiedMkvStreams(observed) };
}

/** `Film.m3u8`, `Film.mp4` -> `Film.encrew.json`. */
function certificateName(fileName: string): string {
  return `${basename(fileName, extname(fileName))}${certificateSuffix}`;
}

/** Every length that a source may honestly claim; a cut-off one claims what can be decoded. */
function durationsOf(facts: MediaFacts | undefined): SourceDurations | null {
  if (facts === undefined) return null;
  if (facts.truncatedAtSec !== null) return { candidatesSec: [facts.truncatedAtSec] };
  const start = facts.startSec ?? 0;
  const pictures = facts.video.filter((video) => !video.disposition.attachedPicture);
  const ends = pictures.flatMap((video) =>
    video.endSec === null ? [] : [video.endSec - start, video.endSec - (video.startSec ?? 0)],
  );
  const candidatesSec = (facts.durationSec === null ? ends : [facts.durationSec, ...ends]).filter((sec) => sec > 0);
  return { candidatesSec };
}

function subtitleWanted(facts: MediaFacts | undefined): boolean | null {
  if (facts === undefined) return null;
  return facts.subtitles.some((subtitle) => subtitle.disposition.default || subtitle.disposition.forced);
}

function totalBytes(files: Iterable<PackageFile>): number {
  let sum = 0;
  for (const file of files) sum += file.sizeBytes;
  return sum;
}
