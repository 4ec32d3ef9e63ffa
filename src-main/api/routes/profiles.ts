import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import {
  createProfile,
  deleteProfile,
  listProfileVersions,
  restoreProfile,
  rollbackProfile,
  updateProfile,
} from '#main/store/profiles.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import type { Database } from '#main/store/schema.ts';
import { profile } from '#shared/model/profile.ts';
import {
  newProfile,
  profileClone,
  profileImport,
  profileList,
  profileListQuery,
  profileParams,
  profileRollback,
  profileUpdate,
  profileVersionList,
  profileView,
} from '#shared/protocol/profiles.ts';
import { answerPage } from '../page.ts';
import { type Actor, type Route, RequestRefused, route } from '../route.ts';
import { demandFreshBase } from './profile-if-match.ts';
import { demandNoOtherTaker } from './one-taker.ts';
import { demandKept, demandName, demandProfile, demandRecipe, demandWritten } from './profile-demands.ts';
import { profilePage } from './profile-list.ts';
import { profileAnswer, versionView } from './profile-views.ts';

export type ProfileDeps = { db: Kysely<Database>; clock: Clock; rules: ProfileRules };

/** Profiles: those that come with Encrew, and those that people keep with all their versions. */
export function profileRoutes(deps: ProfileDeps): Route[] {
  return [...readRoutes(deps), ...writeRoutes(deps), ...versionRoutes(deps)];
}

function readRoutes({ db, rules }: ProfileDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/profiles',
      tag: 'profiles',
      summary: 'Lists profiles, built-in and kept ones, by name',
      role: 'viewer',
      query: profileListQuery,
      answer: profileList,
      handle: ({ query }) =>
        answerPage(
          'profiles',
          query,
          (ask) => profilePage(db, rules, query, ask),
          (row) => row,
        ),
    }),
    route({
      method: 'get',
      path: '/profiles/{profile}',
      tag: 'profiles',
      summary: 'One profile, by name or id; its ETag stands for its version',
      role: 'viewer',
      params: profileParams,
      answer: profileView,
      problems: ['ENC-PRO-001'],
      handle: async ({ params }) => profileAnswer(await demandProfile(db, rules, params.profile)),
    }),
    route({
      method: 'get',
      path: '/profiles/{profile}/export',
      tag: 'profiles',
      summary: 'The recipe alone, as encode --profile FILE.json and import read it',
      role: 'viewer',
      params: profileParams,
      answer: profile,
      problems: ['ENC-PRO-001'],
      handle: async ({ params }) => {
        const { recipe } = await demandProfile(db, rules, params.profile);
        return { body: recipe, headers: { 'Content-Disposition': `attachment; filename="${recipe.name}.json"` } };
      },
    }),
    route({
      method: 'get',
      path: '/profiles/{profile}/versions',
      tag: 'profiles',
      summary: 'Every version of a profile, the newest first',
      role: 'viewer',
      params: profileParams,
      answer: profileVersionList,
      problems: ['ENC-PRO-001'],
      handle: async ({ params }) => {
        const found = await demandProfile(db, rules, params.profile);
        const items = found.builtIn
          ? [{ version: found.recipe.version, recipe: found.recipe, note: null, createdBy: null, createdAt: null }]
          : (await listProfileVersions(db, found.id)).map(versionView);
        return { body: { items, total: items.length, nextCursor: null } };
      },
    }),
  ];
}

function writeRoutes({ db, rules, clock }: ProfileDeps): Route[] {
  const create = async (recipeJson: unknown, note: string | null, actor: Actor | null) => {
    const recipe = demandRecipe(rules, recipeJson);
    demandName(rules, recipe.name);
    const change = { recipe, note, by: actor?.name ?? null };
    const written = demandWritten(await createProfile(db, newId(), change, clock.nowMs()), recipe.name);
    return { ...profileAnswer(written), status: 201 } as const;
  };
  return [
    route({
      method: 'post',
      path: '/profiles',
      tag: 'profiles',
      summary: 'Keeps a new profile',
      role: 'admin',
      body: newProfile,
      answer: profileView,
      status: 201,
      problems: ['ENC-PRO-002', 'ENC-PRO-003'],
      handle: ({ body, actor }) => create(body.recipe, body.note, actor),
    }),
    route({
      method: 'post',
      path: '/profiles/import',
      tag: 'profiles',
      summary: 'Keeps a new profile from an exported recipe',
      role: 'admin',
      body: profileImport,
      answer: profileView,
      status: 201,
      problems: ['ENC-PRO-002', 'ENC-PRO-003'],
      handle: ({ body, actor }) => create(body, 'imported', actor),
    }),
    route({
      method: 'post',
      path: '/profiles/{profile}/clone',
      tag: 'profiles',
      summary: 'Keeps a copy of a profile, also of a built-in one, under another name',
      role: 'admin',
      params: profileParams,
      body: profileClone,
      answer: profileView,
      status: 201,
      problems: ['ENC-PRO-001', 'ENC-PRO-002', 'ENC-PRO-003'],
      handle: async ({ params, body, actor }) => {
        const { recipe } = await demandProfile(db, rules, params.profile);
        const copy = { ...recipe, name: body.name, title: body.title ?? recipe.title };
        return create(copy, `copy of ${recipe.name}, version ${recipe.version}`, actor);
      },
    }),
    route({
      method: 'put',
      path: '/profiles/{profile}',
      tag: 'profiles',
      summary: 'Writes the next version of a profile, made from the one that If-Match or baseVersion names',
      role: 'admin',
      params: profileParams,
      body: profileUpdate,
      answer: profileView,
      problems: ['ENC-PRO-001', 'ENC-PRO-002', 'ENC-PRO-003', 'ENC-PRO-004', 'ENC-PRO-005', 'ENC-SYS-008'],
      handle: async ({ params, body, headers, actor }) => {
        const found = await demandKept(db, rules, params.profile);
        const recipe = demandRecipe(rules, body.recipe);
        if (recipe.name !== found.recipe.name) demandName(rules, recipe.name);
        const base = demandFreshBase(found, headers['if-match'], body.baseVersion);
        await demandNoOtherTaker(db, found.id, recipe);
        const change = { recipe, note: body.note, by: actor?.name ?? null };
        const written = await updateProfile(db, found.id, base, change, clock.nowMs());
        return profileAnswer(demandWritten(written, recipe.name));
      },
    }),
    route({
      method: 'delete',
      path: '/profiles/{profile}',
      tag: 'profiles',
      summary: 'Hides a profile and frees its name; jobs that have it keep it',
      role: 'admin',
      params: profileParams,
      problems: ['ENC-PRO-001', 'ENC-PRO-004'],
      handle: async ({ params }) => {
        const found = await demandKept(db, rules, params.profile);
        await deleteProfile(db, found.id, clock.nowMs());
        return { status: 204, body: undefined };
      },
    }),
    route({
      method: 'post',
      path: '/profiles/{profile}/restore',
      tag: 'profiles',
      summary: 'Brings a deleted profile back, by its id',
      role: 'admin',
      params: profileParams,
      answer: profileView,
      problems: ['ENC-PRO-001', 'ENC-PRO-002', 'ENC-PRO-004'],
      handle: async ({ params }) => {
        const found = await demandProfile(db, rules, params.profile);
        if (found.builtIn)
          throw new RequestRefused('ENC-PRO-004', `${found.id} comes with Encrew and is always there.`);
        demandName(rules, found.recipe.name);
        const written = await restoreProfile(db, found.id, clock.nowMs());
        return profileAnswer(demandWritten(written, found.recipe.name));
      },
    }),
  ];
}

function versionRoutes({ db, rules, clock }: ProfileDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/profiles/{profile}/rollback',
      tag: 'profiles',
      summary: 'Writes a new version that is as an older one was',
      role: 'admin',
      params: profileParams,
      body: profileRollback,
      answer: profileView,
      problems: ['ENC-PRO-001', 'ENC-PRO-002', 'ENC-PRO-004', 'ENC-PRO-005', 'ENC-SYS-008'],
      handle: async ({ params, body, headers, actor }) => {
        const found = await demandKept(db, rules, params.profile);
        // Nothing is lost by a rollback: without a base it goes before whatever is there.
        const says = headers['if-match'] !== undefined || body.baseVersion !== null;
        const baseVersion = says ? demandFreshBase(found, headers['if-match'], body.baseVersion) : null;
        const older = (await listProfileVersions(db, found.id)).find(({ version }) => version === body.version);
        if (older !== undefined) await demandNoOtherTaker(db, found.id, older.recipe);
        const note = body.note ?? `back to version ${body.version}`;
        const change = { note, by: actor?.name ?? null, baseVersion };
        const written = await rollbackProfile(db, found.id, body.version, change, clock.nowMs());
        if (!written.ok && written.because === 'version-missing') {
          throw new RequestRefused('ENC-PRO-001', `${found.recipe.name} has no version ${body.version}.`);
        }
        return profileAnswer(demandWritten(written, found.recipe.name));
      },
    }),
  ];
}
