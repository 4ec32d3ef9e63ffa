import type { Kysely } from 'kysely';
import { findProfile, type ProfileWritten } from '#main/store/profiles.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import type { Database } from '#main/store/schema.ts';
import type { Profile } from '#shared/model/profile.ts';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { RequestRefused } from '../route.ts';
import { changedMeanwhile } from './profile-if-match.ts';
import { builtInView, keptView } from './profile-views.ts';

/** The profile of that name or id, deleted ones by id only; RequestRefused where there is none. */
export async function demandProfile(db: Kysely<Database>, rules: ProfileRules, nameOrId: string): Promise<ProfileView> {
  const kept = await findProfile(db, nameOrId);
  if (kept !== null) return keptView(kept);
  const builtIn = rules.builtIn.find(({ name }) => name === nameOrId);
  if (builtIn !== undefined) return builtInView(builtIn);
  throw unknownProfile(nameOrId);
}

/** A profile that can be changed; RequestRefused for built-in and deleted ones. */
export async function demandKept(db: Kysely<Database>, rules: ProfileRules, nameOrId: string): Promise<ProfileView> {
  const found = await demandProfile(db, rules, nameOrId);
  if (found.builtIn) {
    const details = `${found.name} comes with Encrew and stays as it is: clone it (POST /profiles/${found.name}/clone) and change the copy.`;
    throw new RequestRefused('ENC-PRO-004', details);
  }
  if (found.deletedAt !== null) throw deletedProfile(found.name);
  return found;
}

/** A recipe without faults; RequestRefused with every fault and its path otherwise. */
export function demandRecipe(rules: ProfileRules, json: unknown): Profile {
  const read = rules.read(json);
  if (!read.ok) throw new RequestRefused('ENC-PRO-003', { faults: read.faults });
  return read.profile;
}

/** RequestRefused for a name that a kept profile can't have beside the built-in ones and beside ids. */
export function demandName(rules: ProfileRules, name: string): void {
  if (rules.builtIn.some((builtIn) => builtIn.name === name)) throw takenName(name);
  if (!idShape.test(name)) return;
  const message = 'looks like the id of a profile, by which profiles are found too: choose words';
  throw new RequestRefused('ENC-PRO-003', { faults: [{ path: 'name', message }] });
}

/** RFC 9562. */
const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What was written; RequestRefused where the store would not. */
export function demandWritten(written: ProfileWritten, name: string): ProfileView {
  if (written.ok) return keptView(written.profile);
  switch (written.because) {
    case 'name-taken':
      throw takenName(name);
    case 'changed':
      throw changedMeanwhile(name, written.currentVersion);
    case 'deleted':
      throw deletedProfile(name);
    case 'missing':
    case 'version-missing':
      throw unknownProfile(name);
  }
}

function unknownProfile(nameOrId: string): RequestRefused {
  return new RequestRefused('ENC-PRO-001', `There is no profile ${nameOrId}; GET /profiles lists them.`);
}

function deletedProfile(name: string): RequestRefused {
  return new RequestRefused('ENC-PRO-001', `${name} was deleted; restore it first.`);
}

function takenName(name: string): RequestRefused {
  return new RequestRefused('ENC-PRO-002', `There is another profile ${name}: choose another name.`);
}
