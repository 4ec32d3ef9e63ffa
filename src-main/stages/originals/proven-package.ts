import { basename, dirname, extname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { type Certificate, certificateSuffix, parseCertificate } from '#shared/model/certificate.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { packageFile, type PackageFile } from '../check/package-files.ts';
import { type Verification, verifyCertificate, verifyFiles } from '../check/verify-certificate.ts';
import { failed, later, type Refusal } from './original-end.ts';

/**
 * Reads a whole package again and compares it with its certificate. Null when it is as it was made, and was made from the
 * film of that fingerprint: only then may the film go.
 */
export async function unprovenPackage(
  output: string,
  fingerprint: string,
  signal?: AbortSignal,
): Promise<Refusal | null> {
  try {
    const isFolder = output.endsWith('.m3u8');
    const name = `${basename(output, extname(output))}${certificateSuffix}`;
    const certificate = await readCertificate(join(dirname(output), name));
    // Also what a disk that is not mounted looks like.
    if (certificate === null) return later(`${output} has no certificate that can be read`);
    if (certificate.source?.fingerprint !== fingerprint) return failed(`${output} was made from another film`);
    const found = isFolder ? await verifyCertificate(dirname(output), signal) : await verifyFile(output, name, signal);
    const worst = found.findings.find(({ severity }) => severity === 'error');
    if (worst !== undefined) return failed(`${output} is not as it was made: ${worst.where ?? 'it'} ${worst.message}`);
    // The certificate has to speak of what is played.
    if (certificate.files.some(({ path }) => path === basename(output))) return null;
    return failed(`the certificate of ${output} does not name it`);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return later(`${output} can't be read now: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Null where there is none, or none of this format. */
export async function readCertificate(path: string): Promise<Certificate | null> {
  try {
    return parseCertificate(await readFile(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function verifyFile(output: string, certificateName: string, signal?: AbortSignal): Promise<Verification> {
  const files = new Map<string, PackageFile>();
  for (const name of [basename(output), certificateName]) files.set(name, await packageFile(dirname(output), name));
  return verifyFiles(files, certificateName, false, signal);
}
