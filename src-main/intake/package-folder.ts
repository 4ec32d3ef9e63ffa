import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateSuffix, parseCertificate } from '#shared/model/certificate.ts';

/*
 * Packages are not films: a scan that made packages of their segments would never end.
 */

/** More than a package has in its top folder; a shelf of thousands of certificates is not read through. */
const mostRead = 16;

/** True for names that may tell of a package. */
export function isPackageSign(name: string): boolean {
  return /\.m3u8?$/i.test(name) || name.endsWith(certificateSuffix);
}

/** Whether a folder that holds these signs is a package: it has an HLS playlist, or a certificate that names one. */
export async function isPackageFolder(folder: string, signs: readonly string[]): Promise<boolean> {
  const playlists = signs.filter((name) => !name.endsWith(certificateSuffix)).slice(0, mostRead);
  for (const name of playlists) if (await isHlsPlaylist(join(folder, name))) return true;
  const certificates = signs.filter((name) => name.endsWith(certificateSuffix)).slice(0, mostRead);
  for (const name of certificates) {
    const named = await certifiedPaths(join(folder, name));
    if (named.some((path) => path.endsWith('.m3u8'))) return true;
  }
  return false;
}

/** Whether a film is a single-file package: the certificate beside it names it. */
export async function isCertifiedFile(folder: string, name: string): Promise<boolean> {
  const stem = name.slice(0, name.lastIndexOf('.'));
  return (await certifiedPaths(join(folder, `${stem}${certificateSuffix}`))).includes(name);
}

/** Empty where there is no certificate, or a damaged one. */
async function certifiedPaths(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? [] : (parseCertificate(text)?.files ?? []).map((file) => file.path);
}

const headBytes = 65_536;

/** RFC 8216 4.3.3 and 4.3.4: each has one of these tags; the playlists of music players have none. */
async function isHlsPlaylist(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
      const head = new TextDecoder().decode(buffer.subarray(0, bytesRead));
      return head.startsWith('#EXTM3U') && /^#EXT-X-(?:TARGETDURATION|STREAM-INF|MEDIA):/m.test(head);
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}
