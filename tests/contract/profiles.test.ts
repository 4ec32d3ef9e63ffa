import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { profileRoutes } from '#main/api/routes/profiles.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { openStore } from '#main/store/open-store.ts';
import { type ProfileInput, profile } from '#shared/model/profile.ts';
import { type ProfileView, profileList, profileVersionList, profileView } from '#shared/protocol/profiles.ts';
import { problem } from '#shared/protocol/problem.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { type ApiAnswer, type ApiServer, operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let api: ApiServer;
let clock: HandClock;
let routes: ReturnType<typeof profileRoutes>;
beforeEach(async () => {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  clock = handClock(Date.parse('2026-01-31T12:00:00.000Z'));
  routes = profileRoutes({ db: store.db, clock, rules: { builtIn: builtInProfiles, read: readProfile } });
  api = await serveApi(routes);
});

const mine: ProfileInput = {
  name: 'mine',
  title: 'Mine',
  container: 'hls',
  video: {
    ladder: [{ width: 1280, height: 720, bitrateBps: 2_000_000 }],
    encoders: ['libx264'],
    rateControl: { mode: 'capped-crf', crf: 21 },
  },
  audio: { tracks: [{ encoder: 'aac', bitrateBps: 160_000 }] },
};
const whole = profile.parse(mine);

async function made(recipe: ProfileInput = mine): Promise<ProfileView> {
  const answer = await api.post('/profiles', { recipe });
  expect(answer).toMatchObject({ status: 201 });
  return profileView.parse(answer.body);
}
const refusal = ({ status, body }: ApiAnswer) => {
  const { code, details } = problem.parse(body).error;
  return { status, code, details };
};
const namesOf = (answer: ApiAnswer): string[] => profileList.parse(answer.body).items.map(({ name }) => name);

describe('reading', () => {
  test('built-in and kept profiles stand in one list, by name, in pages', async () => {
    await made({ ...mine, name: 'house' });
    const builtIn = builtInProfiles.map(({ name }) => name);
    const all = [...builtIn, 'house'].sort();
    expect(namesOf(await api.get('/profiles'))).toEqual(all);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = profileList.parse((await api.get(`/profiles?limit=3${cursor && `&cursor=${cursor}`}`)).body);
      expect(page.total).toBe(all.length);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
    expect(namesOf(await api.get('/profiles?container=mkv'))).toEqual(['mkv-archive']);
    expect(namesOf(await api.get('/profiles?search=ANIME'))).toEqual(['hls-anime']);
    expect(refusal(await api.get('/profiles?cursor=xyz'))).toMatchObject({ status: 400, code: 'ENC-SYS-007' });
  });

  test('a profile is found by name and by id, a built-in one is marked', async () => {
    const view = await made();
    const { id } = view;
    const at = '2026-01-31T12:00:00.000Z';
    const facts = { name: 'mine', builtIn: false, version: 1, createdAt: at, updatedAt: at, deletedAt: null };
    expect(view).toEqual({ id, recipe: whole, ...facts });
    for (const key of ['mine', id]) expect((await api.get(`/profiles/${key}`)).body).toEqual(view);
    expect((await api.get('/profiles/draft')).body).toMatchObject({ id: 'draft', builtIn: true, createdAt: null });
    expect((await api.get('/profiles/draft/versions')).body).toMatchObject({ total: 1, items: [{ version: 1 }] });
    expect(refusal(await api.get('/profiles/nothing'))).toMatchObject({ status: 404, code: 'ENC-PRO-001' });
  });

  test('what is exported can be imported again elsewhere', async () => {
    await made();
    const exported = await api.get('/profiles/mine/export');
    expect(exported.body).toEqual(whole);
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="mine.json"');
    expect(refusal(await api.post('/profiles/import', exported.body))).toMatchObject({ code: 'ENC-PRO-002' });
    await api.delete('/profiles/mine');
    expect(await api.post('/profiles/import', exported.body)).toMatchObject({ status: 201, body: { recipe: whole } });
  });
});

describe('writing', () => {
  test('every fault of a recipe is told at once with its path', async () => {
    const bad = {
      ...mine,
      colour: 'red',
      audio: { tracks: [{ encoder: 'aac', bitrateBps: 1 }] },
      segment: { type: 'x' },
    };
    for (const answer of [await api.post('/profiles', { recipe: bad }), await api.post('/profiles/import', bad)]) {
      expect(refusal(answer)).toMatchObject({
        status: 422,
        code: 'ENC-PRO-003',
        details: { faults: [{ path: 'audio.tracks[0].bitrateBps' }, { path: 'segment.type' }, { path: 'colour' }] },
      });
    }
  });

  test('names of other profiles, of built-in ones and those that look like ids are refused', async () => {
    await made();
    for (const name of ['mine', 'draft']) {
      expect(refusal(await api.post('/profiles', { recipe: { ...mine, name } }))).toMatchObject({
        status: 409,
        code: 'ENC-PRO-002',
      });
    }
    const name = '0a8f6a39-8f3e-4ba9-9e6b-6fe7e6d3c001';
    expect(refusal(await api.post('/profiles', { recipe: { ...mine, name } }))).toMatchObject({
      code: 'ENC-PRO-003',
      details: { faults: [{ path: 'name' }] },
    });
  });

  test('a change says which version it was made from, and is a new version', async () => {
    const { id } = await made();
    const tag = (await api.get('/profiles/mine')).headers.get('etag') ?? '';
    clock.advance(1000);
    const recipe = { ...mine, title: 'Ours' };
    const changed = await api.put('/profiles/mine', { recipe, note: 'nicer' }, { 'if-match': tag });
    expect(changed).toMatchObject({ status: 200, body: { id, version: 2, recipe: { title: 'Ours', version: 2 } } });
    expect(changed.headers.get('etag')).toBe((await api.get('/profiles/mine')).headers.get('etag'));

    const late = refusal(await api.put('/profiles/mine', { recipe: mine }, { 'if-match': tag }));
    expect(late).toMatchObject({ status: 409, code: 'ENC-SYS-008', details: { currentVersion: 2 } });
    expect(refusal(await api.put('/profiles/mine', { recipe: mine, baseVersion: 1 }))).toMatchObject({ status: 409 });
    expect(refusal(await api.put('/profiles/mine', { recipe: mine }))).toMatchObject({ status: 400 });
    expect(await api.put(`/profiles/${id}`, { recipe: mine, baseVersion: 2 })).toMatchObject({ body: { version: 3 } });

    const { items } = profileVersionList.parse((await api.get('/profiles/mine/versions')).body);
    expect(items.map(({ version, note, createdBy }) => [version, note, createdBy])).toEqual([
      [3, null, 'Ada'],
      [2, 'nicer', 'Ada'],
      [1, null, 'Ada'],
    ]);
  });

  test('of changes sent at once from one version, one is kept and the others are told', async () => {
    await made();
    const tag = (await api.get('/profiles/mine')).headers.get('etag') ?? '';
    const answers = await Promise.all(
      ['A', 'B', 'C'].map((title) => api.put('/profiles/mine', { recipe: { ...mine, title } }, { 'if-match': tag })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect((await api.get('/profiles/mine/versions')).body).toMatchObject({ total: 2 });
  });

  test('an older version comes back as a new one', async () => {
    await made();
    await api.put('/profiles/mine', { recipe: { ...mine, title: 'Ours' }, baseVersion: 1 });
    const back = await api.post('/profiles/mine/rollback', { version: 1 });
    expect(back).toMatchObject({ status: 200, body: { version: 3, recipe: { ...whole, version: 3 } } });
    expect(refusal(await api.post('/profiles/mine/rollback', { version: 9 }))).toMatchObject({ code: 'ENC-PRO-001' });
    const late = await api.post('/profiles/mine/rollback', { version: 1, baseVersion: 2 });
    expect(refusal(late)).toMatchObject({ code: 'ENC-SYS-008' });
  });

  test('a built-in profile stays as it is, and its clone can be changed', async () => {
    const changes = [
      api.put('/profiles/draft', { recipe: mine, baseVersion: 1 }),
      api.delete('/profiles/draft'),
      api.post('/profiles/draft/rollback', { version: 1 }),
      api.post('/profiles/draft/restore'),
    ];
    for (const answer of await Promise.all(changes)) {
      expect(refusal(answer)).toMatchObject({ status: 409, code: 'ENC-PRO-004' });
    }
    const clone = await api.post('/profiles/draft/clone', { name: 'my-draft' });
    const draft = builtInProfiles.find(({ name }) => name === 'draft');
    expect(clone).toMatchObject({ status: 201, body: { builtIn: false, recipe: { ...draft, name: 'my-draft' } } });
    const recipe = { ...draft, name: 'my-draft', title: 'Mine now' };
    expect(await api.put('/profiles/my-draft', { recipe, baseVersion: 1 })).toMatchObject({ status: 200 });
    expect(refusal(await api.post('/profiles/my-draft/clone', { name: 'my-draft' }))).toMatchObject({ status: 409 });
    expect(refusal(await api.post('/profiles/draft/clone', { name: 'My Draft' }))).toMatchObject({
      code: 'ENC-PRO-003',
    });
  });

  test('deleting frees the name and can be undone', async () => {
    const { id } = await made();
    expect(await api.delete('/profiles/mine')).toMatchObject({ status: 204, body: null });
    expect(refusal(await api.get('/profiles/mine'))).toMatchObject({ code: 'ENC-PRO-001' });
    expect((await api.get(`/profiles/${id}`)).body).toMatchObject({ deletedAt: '2026-01-31T12:00:00.000Z' });
    expect(refusal(await api.put(`/profiles/${id}`, { recipe: mine, baseVersion: 1 }))).toMatchObject({ status: 404 });
    expect(namesOf(await api.get('/profiles?deleted=true'))).toEqual(['mine']);
    await made();
    expect(refusal(await api.post(`/profiles/${id}/restore`))).toMatchObject({ code: 'ENC-PRO-002' });
    await api.delete('/profiles/mine');
    expect(await api.post(`/profiles/${id}/restore`)).toMatchObject({ status: 200, body: { id, deletedAt: null } });
  });
});

test('everybody may read profiles, and only admins change them', async () => {
  await made();
  for (const actor of [viewer, operator]) {
    const other = await serveApi(routes, { actor });
    for (const path of ['', '/mine', '/mine/export', '/mine/versions']) {
      expect(await other.get(`/profiles${path}`)).toMatchObject({ status: 200 });
    }
    const changes = [
      other.post('/profiles', { recipe: mine }),
      other.post('/profiles/import', mine),
      other.put('/profiles/mine', { recipe: mine, baseVersion: 1 }),
      other.post('/profiles/mine/clone', { name: 'copy' }),
      other.post('/profiles/mine/rollback', { version: 1 }),
      other.post('/profiles/mine/restore'),
      other.delete('/profiles/mine'),
    ];
    for (const answer of await Promise.all(changes)) {
      expect(refusal(answer)).toMatchObject({ status: 403, code: 'ENC-AUTH-004' });
    }
  }
});
