import { certificateSuffix, parseCertificate } from '#shared/model/certificate.ts';
import type { Finding } from '#shared/model/finding.ts';
import { compareWithCertificate } from '#main/media/check/certificate.ts';
import { error, info } from '#main/media/check/finding-of.ts';
import { hashPackageFiles } from './certified-files.ts';
import { type PackageFile, packageFiles } from './package-files.ts';
import { readPackageText } from './read-text.ts';

export type Verification = {
  /** Name of the certificate; null where there is none. */
  certificate: string | null;
  findings: Finding[];
  filesHashed: number;
};

/** Reads every certified file of a package folder again and tells what is no longer as it was: bit-rot, edits, losses. */
export async function verifyCertificate(root: string, signal?: AbortSignal): Promise<Verification> {
  const files = await packageFiles(root);
  const names = [...files.keys()].filter((path) => !path.includes('/') && path.endsWith(certificateSuffix));
  return verifyFiles(files, names[0] ?? null, true, signal);
}

/**
 * The same for files that are already listed. `ownsFolder` is false for an MP4 or MKV, whose folder holds other things
 * that are none of its business.
 */
export async function verifyFiles(
  files: ReadonlyMap<string, PackageFile>,
  certificateName: string | null,
  ownsFolder: boolean,
  signal?: AbortSignal,
): Promise<Verification> {
  const file = certificateName === null ? undefined : files.get(certificateName);
  if (certificateName === null || file === undefined || file.kind !== 'file') {
    return { certificate: null, findings: [], filesHashed: 0 };
  }
  const read = await readPackageText(file);
  const certificate = read === null ? null : parseCertificate(read.text);
  if (certificate === null) {
    const message = 'is no certificate that this version can read: damaged, or written by a later one';
    return {
      certificate: certificateName,
      findings: [error('certificate-invalid', certificateName, message)],
      filesHashed: 0,
    };
  }
  const certified = new Set(certificate.files.map((entry) => entry.path));
  const stored = await hashPackageFiles(
    [...files.values()].filter((entry) => certified.has(entry.path)),
    signal,
  );
  const others = [...files.keys()].filter((path) => !certified.has(path) && path !== certificateName);
  const findings = compareWithCertificate(certificate, stored, ownsFolder ? others : []);
  if (findings.length === 0) {
    const message = `${stored.size} files are as certified on ${certificate.createdAt}`;
    findings.push(info('certificate-verified', certificateName, message));
  }
  return { certificate: certificateName, findings, filesHashed: stored.size };
}
