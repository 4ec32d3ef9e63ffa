import { join } from 'node:path';
import { type Certificate, certificateSuffix } from '#shared/model/certificate.ts';
import { buildCertificate, type CertificateFacts, certificateText } from '#main/media/check/certificate.ts';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { hashPackageFiles } from './certified-files.ts';
import { packageFiles } from './package-files.ts';

export type CertificateTarget = {
  /** Absolute folder: the package itself for HLS, the folder of the file otherwise. */
  root: string;
  /** The package's name: the certificate is `{name}.encrew.json`. */
  name: string;
  /** The one file that an MP4 or MKV package is; null takes every file of the folder. */
  onlyFile: string | null;
};

/** Hashes the files of a finished package and writes its certificate beside them, in one step. */
export async function writeCertificate(
  target: CertificateTarget,
  facts: Omit<CertificateFacts, 'files'>,
  signal?: AbortSignal,
): Promise<Certificate> {
  const certificateName = `${target.name}${certificateSuffix}`;
  const files = [...(await packageFiles(target.root)).values()].filter((file) =>
    target.onlyFile === null ? file.path !== certificateName : file.path === target.onlyFile,
  );
  const hashed = await hashPackageFiles(files, signal);
  const certificate = buildCertificate({ ...facts, files: [...hashed.values()] });
  await writeFileAtomically(join(target.root, certificateName), certificateText(certificate));
  return certificate;
}
