import type { Kysely } from 'kysely';
import { ruleFaults, type RulePlace } from '#main/intake/rule-faults.ts';
import { mountPointOf } from '#main/platform/mount-point.ts';
import { type ProfileRules, resolveProfile } from '#main/store/resolve-profile.ts';
import type { Database } from '#main/store/schema.ts';
import {
  findWatchFolder,
  listWatchFolders,
  type WatchFolder,
  type WatchFolderRule,
} from '#main/store/watch-folders.ts';
import { type Actor, RequestRefused } from '../route.ts';
import { demandOneTaker } from './one-taker.ts';

export type RuleDeps = {
  db: Kysely<Database>;
  rules: ProfileRules;
  /** The path to use; RequestRefused where this actor may not. */
  allowFolder(actor: Actor, path: string): Promise<string>;
};

/** A rule as it came, its profile by name or id. */
export type WishedRule = Omit<WatchFolderRule, 'profileId' | 'profileName' | 'moveMount'> & { profile: string };

/** RequestRefused when there is none of that id. */
export async function demandWatchFolder(db: Kysely<Database>, id: string): Promise<WatchFolder> {
  const folder = await findWatchFolder(db, id);
  if (folder === null) {
    throw new RequestRefused('ENC-SYS-006', `There is no watch folder ${id}; GET /watch-folders lists them.`);
  }
  return folder;
}

/**
 * A rule that can be kept: its profile is there, its places may be used and were tried, unless it is switched off (as one
 * should be able to do when its disk is away). RequestRefused names every fault.
 */
export async function demandRule(
  deps: RuleDeps,
  actor: Actor,
  wished: WishedRule,
  ownId: string | null,
): Promise<{ rule: WatchFolderRule; places: RulePlace[] }> {
  const { db } = deps;
  const { profile, ...places } = wished;
  const resolved = await resolveProfile(db, profile, deps.rules);
  if (!resolved.ok) {
    throw new RequestRefused(
      'ENC-PRO-001',
      `There is no profile ${JSON.stringify(profile)}; GET /profiles lists them.`,
    );
  }
  const moveDir = wished.moveDir === null ? null : await deps.allowFolder(actor, wished.moveDir);
  const rule: WatchFolderRule = {
    ...places,
    path: await deps.allowFolder(actor, wished.path),
    outputDir: await deps.allowFolder(actor, wished.outputDir),
    moveDir,
    profileId: resolved.profileId,
    profileName: resolved.recipe.name,
    moveMount: moveDir === null ? null : await mountPointOf(moveDir),
  };
  demandOneTaker(resolved.recipe, rule);
  if (!rule.enabled) return { rule, places: [] };
  const others = (await listWatchFolders(db)).filter(({ id }) => id !== ownId);
  const tried = await ruleFaults(rule, others);
  if (tried.faults.length > 0) {
    const faults = tried.faults.map(({ field, message }) => ({ path: `body.${field}`, message }));
    throw new RequestRefused('ENC-SYS-007', { faults });
  }
  return { rule, places: tried.places };
}
