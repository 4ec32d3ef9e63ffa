import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateSuffix, parseCertificate } from '#shared/model/certificate.ts';

/**
 * What the certificates in a folder name, as absolute paths: segments and finished films are packages, and a search for
 * films must not make packages of packages. A damaged certificate names nothing.
 */
export async function packagedFiles(folder: string, names: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const name of names.filter((one) => one.endsWith(certificateSuffix))) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    for (const file of parseCertificate(text)?.files ?? []) paths.push(join(folder, file.path));
  }
  return paths;
}
