import { type AudioTrack, type Profile, profile, type Rung } from '#shared/model/profile.ts';

/*
 * A recipe while somebody types: any number may be missing for the moment, and what can be dragged has a key.
 */

type Blank<T> = T extends number
  ? T | null
  : T extends (infer Item)[]
    ? Blank<Item>[]
    : T extends object
      ? { [Name in keyof T]: Blank<T[Name]> }
      : T;

type Keyed<T> = Blank<T> & { key: number };
export type DraftRung = Keyed<Rung>;
export type DraftTrack = Keyed<AudioTrack>;

export type Draft = Omit<Blank<Profile>, 'video' | 'audio'> & {
  video: Omit<Blank<Profile['video']>, 'ladder'> & { ladder: DraftRung[] };
  audio: Omit<Blank<Profile['audio']>, 'tracks'> & { tracks: DraftTrack[] };
};

/** A draft to begin with. */
export function draftOf(recipe: Profile): Draft {
  const { video, audio } = recipe;
  return {
    ...recipe,
    video: { ...video, ladder: video.ladder.map((rung, key) => ({ ...rung, key })) },
    audio: { ...audio, tracks: audio.tracks.map((track, key) => ({ ...track, key })) },
  };
}

/** What would be saved; not yet known to be a recipe. */
export function recipeOf({ video, audio, ...rest }: Draft): Blank<Profile> {
  const ladder = video.ladder.map((keyed) => {
    const { key: _, ...rung } = keyed;
    return rung;
  });
  const tracks = audio.tracks.map((keyed) => {
    const { key: _, ...track } = keyed;
    return track;
  });
  return { ...rest, video: { ...video, ladder }, audio: { ...audio, tracks } };
}

/** One that none of the items has. */
export function nextKey(items: readonly { key: number }[]): number {
  return 1 + Math.max(0, ...items.map(({ key }) => key));
}

/** Whether two drafts would be saved as the same recipe. */
export function areSame(a: Draft, b: Draft): boolean {
  return JSON.stringify(sorted(recipeOf(a))) === JSON.stringify(sorted(recipeOf(b)));
}

/** Whether it can be edited: its values may have faults, its shape may not. */
export function isDraft(json: unknown): json is Draft {
  const recipe = looksLikeDraft(json) ? profile.safeParse(recipeOf(json)) : null;
  return recipe !== null && (recipe.success || recipe.error.issues.every(isFaultOfValue));
}

type Issue = NonNullable<ReturnType<typeof profile.safeParse>['error']>['issues'][number];

function isFaultOfValue(issue: Issue): boolean {
  if (issue.code === 'unrecognized_keys' || issue.code === 'invalid_union') return false;
  return issue.code !== 'invalid_type' || (issue.expected !== 'object' && issue.expected !== 'array');
}

function looksLikeDraft(json: unknown): json is Draft {
  if (!isObject(json) || !isObject(json['video']) || !isObject(json['audio'])) return false;
  return [json['video']['ladder'], json['audio']['tracks']].every(
    (items) => Array.isArray(items) && items.every((item) => isObject(item) && typeof item['key'] === 'number'),
  );
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}
