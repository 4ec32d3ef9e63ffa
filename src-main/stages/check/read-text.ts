import type { PackageFile } from './package-files.ts';
import { readHead } from './read-bytes.ts';

/** A playlist of a day in two-second segments has 4 MB; more is no text of a package. */
const largestTextBytes = 32 * 2 ** 20;

export type PackageText = { text: string; isUtf8: boolean };

/** The text of a playlist, WebVTT or JSON file; null where it is too long to be one. */
export async function readPackageText(file: PackageFile): Promise<PackageText | null> {
  if (file.sizeBytes > largestTextBytes) return null;
  const bytes = await readHead(file, largestTextBytes);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), isUtf8: true };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { text: new TextDecoder('latin1').decode(bytes), isUtf8: false };
  }
}
