import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Page, PageAsk } from '#main/store/page.ts';
import { listProfiles } from '#main/store/profiles.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import type { Database } from '#main/store/schema.ts';
import type { profileListQuery, ProfileView } from '#shared/protocol/profiles.ts';
import { builtInView, keptView } from './profile-views.ts';

/** One page of the profiles that fit, by name: built-in and kept ones in one order, so the page is cut here. */
export async function profilePage(
  db: Kysely<Database>,
  rules: ProfileRules,
  query: z.output<typeof profileListQuery>,
  { limit, after }: PageAsk,
): Promise<Page<ProfileView>> {
  const kept = (await listProfiles(db, query.deleted ? 'deleted' : 'living')).map(keptView);
  const names = new Set(kept.map(({ name }) => name));
  // A kept profile goes before a built-in of its name, here and for jobs.
  const builtIn = query.deleted ? [] : rules.builtIn.filter(({ name }) => !names.has(name)).map(builtInView);
  const wanted = query.search?.toLowerCase() ?? '';
  const found = [...kept, ...builtIn]
    .filter(({ recipe }) => query.container === undefined || recipe.container === query.container)
    .filter(({ recipe }) => `${recipe.name}\n${recipe.title}`.toLowerCase().includes(wanted))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const last = after === null ? null : { name: String(after.value), id: String(after.id) };
  const rest = last === null ? found : found.filter((one) => isBefore(last, one));
  const rows = rest.slice(0, limit);
  const end = rows.at(-1);
  const next = end === undefined || rows.length === rest.length ? null : { value: end.name, id: end.id };
  return { rows, total: found.length, next };
}

type Place = Pick<ProfileView, 'name' | 'id'>;

function isBefore(a: Place, b: Place): boolean {
  return a.name === b.name ? a.id < b.id : a.name < b.name;
}
