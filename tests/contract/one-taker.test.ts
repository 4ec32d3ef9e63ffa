import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { profileRoutes } from '#main/api/routes/profiles.ts';
import { watchFolderRoutes } from '#main/api/routes/watch-folders.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { serveApi } from '#tests/helpers/serve-api.ts';
import { watchBench } from '#tests/helpers/watch-bench.ts';

const idOf = ({ body }: { body: unknown }): string => z.object({ id: z.string() }).parse(body).id;

test('a film is taken away by its profile or by the rule of its watch folder, never by both', async () => {
  const bench = await watchBench();
  onTestFinished(() => bench.close());
  const rules = { builtIn: builtInProfiles, read: readProfile };
  const deps = { db: bench.store.db, clock: bench.clock, rules };
  const allowFolder = async (_actor: unknown, path: string) => path;
  const api = await serveApi([
    ...profileRoutes(deps),
    ...watchFolderRoutes({ ...deps, allowFolder, changed: () => {} }),
  ]);
  const separate = { ...builtInProfiles.find(({ name }) => name === 'draft'), name: 'mine' };
  const setsAside = { ...separate, originals: { policy: 'quarantine', days: 3 } };
  const profile = `/profiles/${idOf(await api.post('/profiles', { recipe: separate }))}`;
  const rule = { path: bench.root, profile: 'mine', outputDir: join(bench.folder, 'out'), afterwards: 'trash' };
  const folder = `/watch-folders/${idOf(await api.post('/watch-folders', rule))}`;

  const outcome = async (work: ReturnType<typeof api.post>) => {
    const { status, problem } = await work;
    return problem === null ? status : [status, problem.code, problem.details];
  };
  const refused = [
    409,
    'ENC-PRO-005',
    'The profile mine (quarantine) and the watch folder in (trash) would both take the film away: let the rule keep films, or the profile leave them (separate).',
  ];
  const change = (recipe: object, baseVersion: number) => outcome(api.put(profile, { recipe, baseVersion }));
  expect(await change(setsAside, 1)).toEqual(refused);
  // A rule that is switched off takes nothing.
  expect(await outcome(api.patch(folder, { enabled: false }))).toBe(200);
  expect(await change(setsAside, 1)).toBe(200);
  expect(await outcome(api.patch(folder, { enabled: true }))).toEqual(refused);
  expect(await outcome(api.patch(folder, { enabled: true, afterwards: 'keep' }))).toBe(200);
  expect(await outcome(api.patch(folder, { afterwards: 'trash' }))).toEqual(refused);
  expect(await change(separate, 2)).toBe(200);
  expect(await outcome(api.patch(folder, { afterwards: 'trash' }))).toBe(200);
  expect(await outcome(api.post(`${profile}/rollback`, { version: 2 }))).toEqual(refused);
});
