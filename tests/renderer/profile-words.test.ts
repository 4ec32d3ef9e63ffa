import { expect, test } from 'vitest';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { type Profile, profile } from '#shared/model/profile.ts';
import { draftOf, isDraft, recipeOf } from '../../src-renderer/screens/profiles/draft.ts';
import { judged } from '../../src-renderer/screens/profiles/faults.ts';
import { freeName } from '../../src-renderer/screens/profiles/free-name.ts';
import { differencesOf, settingsOf } from '../../src-renderer/screens/profiles/settings-of.ts';
import { keyOf } from '../../src-renderer/screens/profiles/words.ts';
import builtInWords from '../../src-renderer/texts/en/built-in-profiles.json' with { type: 'json' };
import words from '../../src-renderer/texts/en/profiles.json' with { type: 'json' };

const first = builtInProfiles[0] ?? profile.parse({});
/** Every part that a recipe may have. */
const full: Profile = {
  ...first,
  originals: { policy: 'quarantine', days: 3 },
  onlyIfSmaller: { maxRatio: 0.5 },
  video: { ...first.video, rateControl: { mode: 'abr-two-pass', peakRatio: 2, bufferSec: 2 } },
};

test('every setting of a recipe has a name', () => {
  const paths = [...builtInProfiles, full].flatMap(settingsOf).map(({ path }) => keyOf(path));
  expect([...new Set(paths)].filter((path) => !(path in words.field))).toEqual([]);
});

test('every profile that comes with Encrew says what it is for', () => {
  expect(Object.keys(builtInWords).toSorted()).toEqual(builtInProfiles.map(({ name }) => name).toSorted());
});

test('what changed between two recipes is told by path, whole rungs at once', () => {
  const [rung, ...rest] = first.video.ladder;
  const changed = { ...first, title: 'Mine', version: 9, video: { ...first.video, ladder: rest } };
  expect(differencesOf(first, changed).map(({ path }) => path)).toContain('title');
  expect(differencesOf(first, changed)).toContainEqual({
    ...{ path: 'video.ladder[3]', before: first.video.ladder[3], after: undefined },
  });
  expect(differencesOf(first, first)).toEqual([]);
  expect(rung).toBeDefined();
});

test('a draft is the recipe again, and its faults are told by path', () => {
  const draft = draftOf(full);
  expect(judged(draft)).toEqual({ recipe: full, faults: [] });
  const odd = {
    ...draft,
    video: { ...draft.video, ladder: draft.video.ladder.map((rung) => ({ ...rung, width: 7 })) },
  };
  expect(judged(odd).faults).toContainEqual({ path: 'video.ladder[0].width', kind: { is: 'too-small', limit: 16 } });
  expect(judged({ ...draft, title: '' }).faults).toEqual([{ path: 'title', kind: { is: 'missing' } }]);
  expect(recipeOf(draft)).toEqual(full);
});

test('a kept draft is taken back with the faults that it had, and not when its shape is another', () => {
  const draft = draftOf(full);
  const stored = (json: unknown): unknown => JSON.parse(JSON.stringify(json));
  expect(isDraft(stored(draft))).toBe(true);
  expect(isDraft(stored({ ...draft, segment: { ...draft.segment, durationSec: null } }))).toBe(true);
  expect(isDraft(stored({ ...draft, segment: null }))).toBe(false);
  expect(isDraft(stored({ ...draft, smell: 'roses' }))).toBe(false);
  expect(isDraft(stored({ ...draft, video: { ...draft.video, ladder: [null] } }))).toBe(false);
});

test.each([
  ['Für das Handy', 'fur-das-handy'],
  ['アニメ', 'profile-2'],
  ['Draft', 'draft-2'],
])('%s gets a short name that nobody has', (title, name) => {
  expect(freeName(title, ['draft', 'profile'])).toBe(name);
});
