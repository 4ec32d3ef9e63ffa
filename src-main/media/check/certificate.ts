import { type Certificate, certificate, type CertifiedFile } from '#shared/model/certificate.ts';
import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from './finding-of.ts';

/** All that a certificate says, but for its format; the files in any order. */
export type CertificateFacts = Omit<Certificate, 'format'>;

/** The certificate of a package. The same facts give the same bytes. Throws ZodError for facts that are none. */
export function buildCertificate(facts: CertificateFacts): Certificate {
  const files = [...facts.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return certificate.parse({ format: 1, ...facts, files });
}

/** As it stands on disk: a person can read it, and a diff shows what changed. */
export function certificateText(value: Certificate): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * What is no longer as certified. `stored` holds what was found of the certified files, `others` the paths that lie beside
 * them in the package.
 */
export function compareWithCertificate(
  value: Certificate,
  stored: ReadonlyMap<string, CertifiedFile>,
  others: readonly string[],
): Finding[] {
  const findings: Finding[] = [];
  for (const file of value.files) {
    const found = stored.get(file.path);
    if (found === undefined) {
      findings.push(error('certificate-file-missing', file.path, 'was in the package when it was certified'));
    } else if (found.sizeBytes !== file.sizeBytes) {
      const message = `had ${file.sizeBytes} bytes when it was certified, now ${found.sizeBytes}`;
      findings.push(error('certificate-file-changed', file.path, message));
    } else if (found.sha256 !== file.sha256) {
      const message = 'has the certified size but other content: it was edited, or the disk lost bits';
      findings.push(error('certificate-file-changed', file.path, message));
    }
  }
  for (const path of others) {
    findings.push(warning('certificate-file-added', path, 'was not in the package when it was certified'));
  }
  return findings;
}
