import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { keepSnapshot, readSnapshot } from '#main/store/profile-snapshots.ts';
import {
  createProfile,
  deleteProfile,
  findProfile,
  findProfileVersion,
  listProfiles,
  listProfileVersions,
  restoreProfile,
  rollbackProfile,
  updateProfile,
} from '#main/store/profiles.ts';
import { resolveProfile } from '#main/store/resolve-profile.ts';
import { type Profile, profile } from '#shared/model/profile.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let store: Store;
let dataDir = '';
beforeEach(async () => {
  dataDir = await temporaryFolder();
  store = await openStore(dataDir);
  onTestFinished(() => store.close());
});

const mine: Profile = profile.parse({
  name: 'mine',
  title: 'Mine',
  container: 'hls',
  video: {
    ladder: [{ width: 1280, height: 720, bitrateBps: 2_000_000 }],
    encoders: ['libx264'],
    rateControl: { mode: 'capped-crf', crf: 21 },
  },
  audio: { tracks: [{ encoder: 'aac', bitrateBps: 160_000 }] },
});
const change = (recipe: Profile, note: string | null = null) => ({ recipe, note, by: 'Ada' });
const rules = { builtIn: builtInProfiles, read: readProfile };

describe('keeping', () => {
  test('a profile is found by name and by id, as its version 1 whatever its document said', async () => {
    const made = await createProfile(store.db, 'p1', change({ ...mine, version: 7 }), 1000);
    const kept = { id: 'p1', recipe: { ...mine, version: 1 }, createdAtMs: 1000, updatedAtMs: 1000, deletedAtMs: null };
    expect(made).toEqual({ ok: true, profile: kept });
    expect(await findProfile(store.db, 'mine')).toEqual(kept);
    expect(await findProfile(store.db, 'p1')).toEqual(kept);
    expect(await findProfile(store.db, 'other')).toBeNull();
  });

  test('two profiles never have one name, also not by renaming', async () => {
    await createProfile(store.db, 'p1', change(mine), 1);
    await createProfile(store.db, 'p2', change({ ...mine, name: 'other' }), 2);
    expect(await createProfile(store.db, 'p3', change(mine), 3)).toEqual({ ok: false, because: 'name-taken' });
    expect(await updateProfile(store.db, 'p2', 1, change(mine), 4)).toEqual({ ok: false, because: 'name-taken' });
    expect((await listProfiles(store.db, 'living')).map(({ id, recipe }) => [id, recipe.name, recipe.version])).toEqual(
      [
        ['p1', 'mine', 1],
        ['p2', 'other', 1],
      ],
    );
  });

  test('what is there outlives the server', async () => {
    await createProfile(store.db, 'p1', change(mine), 1);
    await store.close();
    store = await openStore(dataDir);
    expect((await findProfile(store.db, 'mine'))?.recipe).toEqual(mine);
  });
});

describe('changing', () => {
  beforeEach(async () => {
    await createProfile(store.db, 'p1', change(mine, 'first'), 1);
  });

  test('every change is a version, and no earlier one changes', async () => {
    await updateProfile(store.db, 'p1', 1, change({ ...mine, title: 'Ours' }, 'nicer'), 2);
    await updateProfile(store.db, 'p1', 2, change({ ...mine, name: 'renamed' }), 3);
    const facts = { createdBy: 'Ada' };
    expect(await listProfileVersions(store.db, 'p1')).toEqual([
      { version: 3, recipe: { ...mine, name: 'renamed', version: 3 }, note: null, ...facts, createdAtMs: 3 },
      { version: 2, recipe: { ...mine, title: 'Ours', version: 2 }, note: 'nicer', ...facts, createdAtMs: 2 },
      { version: 1, recipe: mine, note: 'first', ...facts, createdAtMs: 1 },
    ]);
    expect(await findProfile(store.db, 'mine')).toBeNull();
    expect((await findProfile(store.db, 'renamed'))?.updatedAtMs).toBe(3);
  });

  test('of two changes made from one version at once one is kept and the other is told', async () => {
    const titles = ['A', 'B', 'C', 'D'];
    const ends = await Promise.all(
      titles.map((title) => updateProfile(store.db, 'p1', 1, change({ ...mine, title }), 2)),
    );
    const kept = ends.filter((end) => end.ok);
    expect(kept).toHaveLength(1);
    expect(ends.filter((end) => !end.ok)).toEqual(
      Array.from({ length: 3 }, () => ({ ok: false, because: 'changed', currentVersion: 2 })),
    );
    expect(await listProfileVersions(store.db, 'p1')).toHaveLength(2);
  });

  test('a change by another process is seen, not undone', async () => {
    const other = await openStore(dataDir);
    onTestFinished(() => other.close());
    const theirs = { ...mine, title: 'Theirs' };
    expect((await updateProfile(other.db, 'p1', 1, change(theirs), 2)).ok).toBe(true);
    const late = await updateProfile(store.db, 'p1', 1, change({ ...mine, title: 'Ours' }), 2);
    expect(late).toEqual({ ok: false, because: 'changed', currentVersion: 2 });
    expect((await findProfile(store.db, 'p1'))?.recipe).toEqual({ ...theirs, version: 2 });
  });

  test('going back writes a version that is as the old one was, with its name', async () => {
    await updateProfile(store.db, 'p1', 1, change({ ...mine, name: 'renamed', title: 'Ours' }), 2);
    const back = await rollbackProfile(store.db, 'p1', 1, { note: 'back', by: null, baseVersion: 2 }, 3);
    expect(back).toMatchObject({ ok: true, profile: { recipe: { ...mine, version: 3 } } });
    expect((await listProfileVersions(store.db, 'p1')).map(({ version, note }) => [version, note])).toEqual([
      [3, 'back'],
      [2, null],
      [1, 'first'],
    ]);
    const by = { note: null, by: null, baseVersion: null };
    expect(await rollbackProfile(store.db, 'p1', 9, by, 4)).toEqual({ ok: false, because: 'version-missing' });
    expect(await rollbackProfile(store.db, 'p9', 1, by, 4)).toEqual({ ok: false, because: 'missing' });
    expect(await rollbackProfile(store.db, 'p1', 1, { ...by, baseVersion: 2 }, 4)).toEqual({
      ok: false,
      because: 'changed',
      currentVersion: 3,
    });
  });
});

describe('deleting', () => {
  beforeEach(async () => {
    await createProfile(store.db, 'p1', change(mine), 1);
    await deleteProfile(store.db, 'p1', 2);
  });

  test('a deleted profile keeps its versions, takes no changes and frees its name', async () => {
    expect(await findProfile(store.db, 'mine')).toBeNull();
    expect(await findProfile(store.db, 'p1')).toMatchObject({ deletedAtMs: 2 });
    expect(await findProfileVersion(store.db, 'p1', 1)).toMatchObject({ recipe: mine });
    expect(await deleteProfile(store.db, 'p1', 3)).toBe(false);
    expect(await updateProfile(store.db, 'p1', 1, change(mine), 3)).toEqual({ ok: false, because: 'deleted' });
    expect(await updateProfile(store.db, 'p9', 1, change(mine), 3)).toEqual({ ok: false, because: 'missing' });
    expect((await createProfile(store.db, 'p2', change(mine), 4)).ok).toBe(true);
    expect((await listProfiles(store.db, 'living')).map(({ id }) => id)).toEqual(['p2']);
    expect((await listProfiles(store.db, 'deleted')).map(({ id }) => id)).toEqual(['p1']);
  });

  test('it comes back, unless its name has been given to another', async () => {
    expect(await restoreProfile(store.db, 'p1', 5)).toMatchObject({ ok: true, profile: { deletedAtMs: null } });
    await deleteProfile(store.db, 'p1', 6);
    await createProfile(store.db, 'p2', change(mine), 7);
    expect(await restoreProfile(store.db, 'p1', 8)).toEqual({ ok: false, because: 'name-taken' });
    await updateProfile(store.db, 'p2', 1, change({ ...mine, name: 'moved-on' }), 9);
    expect(await restoreProfile(store.db, 'p1', 10)).toMatchObject({ ok: true });
    expect(await restoreProfile(store.db, 'p9', 10)).toEqual({ ok: false, because: 'missing' });
  });
});

describe('snapshots', () => {
  test('are kept once for the same settings, in whatever order they were written', async () => {
    const options = { 'aq-mode': '3', aud: '1' };
    const other = { aud: '1', 'aq-mode': '3' };
    const first = await keepSnapshot(store.db, { ...mine, video: { ...mine.video, options } });
    const second = await keepSnapshot(store.db, { ...mine, video: { ...mine.video, options: other } });
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(await keepSnapshot(store.db, mine)).not.toBe(first);
    expect(await store.db.selectFrom('profileSnapshot').select('hash').execute()).toHaveLength(2);
  });

  test('read as they were when the job was added, whatever has become of the profile', async () => {
    await createProfile(store.db, 'p1', change(mine), 1);
    const hash = await keepSnapshot(store.db, mine);
    await updateProfile(store.db, 'p1', 1, change({ ...mine, title: 'Other' }), 2);
    await deleteProfile(store.db, 'p1', 3);
    expect(await readSnapshot(store.db, hash)).toEqual(mine);
    expect(await readSnapshot(store.db, 'none')).toBeNull();
  });
});

describe('what a job is asked to use', () => {
  test('is a kept profile by name or id, a built-in one, or a recipe itself', async () => {
    await createProfile(store.db, 'p1', change(mine), 1);
    await updateProfile(store.db, 'p1', 1, change({ ...mine, title: 'Ours' }), 2);
    const current = { ok: true, recipe: { ...mine, title: 'Ours', version: 2 }, profileId: 'p1' };
    expect(await resolveProfile(store.db, 'mine', rules)).toEqual(current);
    expect(await resolveProfile(store.db, 'p1', rules)).toEqual(current);
    const draft = builtInProfiles.find(({ name }) => name === 'draft');
    expect(await resolveProfile(store.db, 'draft', rules)).toEqual({ ok: true, recipe: draft, profileId: null });
    expect(await resolveProfile(store.db, { ...mine, version: 3 }, rules)).toEqual({
      ok: true,
      recipe: { ...mine, version: 3 },
      profileId: null,
    });
  });

  test('is refused with the reason', async () => {
    await createProfile(store.db, 'p1', change(mine), 1);
    await deleteProfile(store.db, 'p1', 2);
    expect(await resolveProfile(store.db, 'mine', rules)).toEqual({ ok: false, because: 'unknown', name: 'mine' });
    expect(await resolveProfile(store.db, 'p1', rules)).toEqual({ ok: false, because: 'deleted', name: 'mine' });
    expect(await resolveProfile(store.db, { ...mine, container: 'avi' }, rules)).toMatchObject({
      ok: false,
      because: 'faults',
      faults: [{ path: 'container' }],
    });
  });

  test('is the kept one where a built-in has its name, as after an update of Encrew', async () => {
    await createProfile(store.db, 'p1', change({ ...mine, name: 'draft' }), 1);
    expect(await resolveProfile(store.db, 'draft', rules)).toMatchObject({ ok: true, profileId: 'p1' });
  });
});
