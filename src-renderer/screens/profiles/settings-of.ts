import type { Profile } from '#shared/model/profile.ts';

/** One setting of a recipe, by its path; a rung and a sound track count as one. */
export type Setting = { path: string; value: unknown };

/** What is otherwise in one recipe than in another; undefined where one of them has no such setting. */
export type Difference = { path: string; before: unknown; after: unknown };

/** Every setting of a recipe, in its order. */
export function settingsOf(recipe: Profile): Setting[] {
  return leavesOf('', recipe).filter(({ path }) => path !== 'version');
}

/** Every setting that is not the same, in the order of the newer recipe. */
export function differencesOf(before: Profile, after: Profile): Difference[] {
  const old = new Map(settingsOf(before).map(({ path, value }) => [path, value]));
  const now = new Map(settingsOf(after).map(({ path, value }) => [path, value]));
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

function leavesOf(path: string, value: unknown): Setting[] {
  if (path === 'video.ladder' || path === 'audio.tracks') {
    return Array.isArray(value) ? value.map((item: unknown, i) => ({ path: `${path}[${i}]`, value: item })) : [];
  }
  const isPart = typeof value === 'object' && value !== null && !Array.isArray(value) && path !== 'video.options';
  if (!isPart) return [{ path, value }];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(path === '' ? name : `${path}.${name}`, part));
}
