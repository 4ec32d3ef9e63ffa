import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/media/', import.meta.url));

/** Real files by other tools, beside the checkout and never in it; a clone alone has none. */
export const sampleMediaIsThere = existsSync(folder);

/** Absolute path of a sample file. */
export function sampleMedia(fileName: string): string {
  return join(folder, fileName);
}
