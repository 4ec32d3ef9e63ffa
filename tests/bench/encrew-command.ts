import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInProfiles, defaultProfileName } from '#main/media/profile/built-in.ts';
import type { Profile } from '#shared/model/profile.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

/** argv of Encrew itself, as `npm start` runs it after its set-up, with a data folder of its own. */
export function encrew(args: readonly string[], dataDir: string): string[] {
  return [process.execPath, entry, ...args, '--data', dataDir];
}

/** A profile made from hls-universal, written to a file; answers its path. */
export async function writeProfile(folder: string, name: string, change: (base: Profile) => Profile): Promise<string> {
  const base = builtInProfiles.find((candidate) => candidate.name === defaultProfileName);
  if (base === undefined) throw new Error(`there is no profile ${defaultProfileName}`);
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify({ ...change(base), name }));
  return path;
}
