import type { Kysely } from 'kysely';
import type { Database } from '#main/store/schema.ts';
import { listWatchFolders, type WatchFolderRule } from '#main/store/watch-folders.ts';
import type { Profile } from '#shared/model/profile.ts';
import { RequestRefused } from '../route.ts';

/*
 * A film is taken from its place by its profile (quarantine, replace) or by the rule of its watch folder (move, trash), never
 * by both: whoever came second would take the wrong file, or none.
 */

type Rule = Pick<WatchFolderRule, 'name' | 'afterwards' | 'enabled'>;

/** RequestRefused where a rule that is switched on and its profile would both take the film away. */
export function demandOneTaker({ name, originals }: Profile, rule: Rule): void {
  if (!rule.enabled || rule.afterwards === 'keep' || originals.policy === 'separate') return;
  throw new RequestRefused(
    'ENC-PRO-005',
    `The profile ${name} (${originals.policy}) and the watch folder ${rule.name} (${rule.afterwards}) would both take the film away: let the rule keep films, or the profile leave them (separate).`,
  );
}

/** The same for a profile that changes, with each rule that uses it. */
export async function demandNoOtherTaker(db: Kysely<Database>, profileId: string, recipe: Profile): Promise<void> {
  for (const rule of await listWatchFolders(db)) if (rule.profileId === profileId) demandOneTaker(recipe, rule);
}
