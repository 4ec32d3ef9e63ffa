import { readFile } from 'node:fs/promises';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import type { Profile } from '#shared/model/profile.ts';
import { Unusable } from './unusable.ts';

/** More than any profile needs; a film given by mistake isn't read into memory. */
const mostBytes = 1_000_000;
const shownFaults = 8;

/** A built-in profile by name, or one from a JSON file. Throws Unusable that names every fault with its path. */
export async function loadProfile(nameOrFile: string): Promise<Profile> {
  const builtIn = builtInProfiles.find((candidate) => candidate.name === nameOrFile);
  if (builtIn !== undefined) return builtIn;
  const names = builtInProfiles.map((candidate) => candidate.name).join(', ');
  if (!nameOrFile.endsWith('.json')) {
    throw new Unusable(`there is no profile ${JSON.stringify(nameOrFile)}: name one of ${names}, or a .json file`);
  }
  const read = readProfile(await readJson(nameOrFile));
  if (read.ok) return read.profile;
  const faults = read.faults.slice(0, shownFaults).map(({ path, message }) => `${path} ${message}`);
  const more = read.faults.length > shownFaults ? `; and ${read.faults.length - shownFaults} more` : '';
  throw new Unusable(`profile ${nameOrFile} can't be used: ${faults.join('; ')}${more}`);
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Unusable(`profile ${path} can't be read: ${reasonOf(error)}`, { cause: error });
  }
  if (text.length > mostBytes) throw new Unusable(`profile ${path} is too large to be one: give a JSON profile`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Unusable(`profile ${path} is not JSON: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
