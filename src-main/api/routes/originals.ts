import type { Kysely } from 'kysely';
import { restoreWatchedOriginal, type Restored } from '#main/intake/trash.ts';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Originals } from '#main/stages/originals/originals.ts';
import { tryFolder } from '#main/stages/originals/try-folder.ts';
import { findOriginal, originalPage, type OriginalRow } from '#main/store/originals.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import type { Database } from '#main/store/schema.ts';
import {
  folderTrial,
  folderTrialRequest,
  originalList,
  originalListQuery,
  originalParams,
  originalPolicy,
  originalState,
  type OriginalView,
  originalView,
} from '#shared/protocol/originals.ts';
import { profileParams } from '#shared/protocol/profiles.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { demandProfile } from './profile-demands.ts';

export type OriginalDeps = {
  db: Kysely<Database>;
  clock: Clock;
  log: Logger;
  originals: Originals;
  rules: ProfileRules;
  /** Where a folder really is, for those who may write there; RequestRefused for others. */
  allowFolder(actor: Actor, folder: string): Promise<string>;
};

/** What became of films, and their way back. */
export function originalRoutes(deps: OriginalDeps): Route[] {
  const { db, originals, rules } = deps;
  return [
    route({
      method: 'get',
      path: '/originals',
      tag: 'originals',
      summary: 'Lists what became of films after their packages were published, the newest first',
      role: 'viewer',
      query: originalListQuery,
      answer: originalList,
      handle: ({ query }) => answerPage('originals', query, (ask) => originalPage(db, query, ask), viewOf),
    }),
    route({
      method: 'get',
      path: '/originals/{id}',
      tag: 'originals',
      summary: 'What became of one film',
      role: 'viewer',
      params: originalParams,
      answer: originalView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => ({ body: viewOf(await demandOriginal(db, params.id)) }),
    }),
    route({
      method: 'post',
      path: '/originals/{id}/restore',
      tag: 'originals',
      summary: 'Brings a film that was set aside back to its place, over nothing',
      role: 'operator',
      params: originalParams,
      answer: originalView,
      problems: ['ENC-SYS-006', 'ENC-SYS-008'],
      handle: async ({ params }) => {
        const before = await demandOriginal(db, params.id);
        const isWatched = before.policy === 'move' || before.policy === 'trash';
        const hindrance = isWatched
          ? hindranceOf(await restoreWatchedOriginal(deps, params.id), before)
          : await originals.restore(params.id);
        if (hindrance !== null) throw new RequestRefused('ENC-SYS-008', hindrance);
        return { body: viewOf(await demandOriginal(db, params.id)) };
      },
    }),
    route({
      method: 'post',
      path: '/profiles/{profile}/check-originals',
      tag: 'profiles',
      summary: 'Tries whether the profile can do with films in a folder what it says, with a small file of its own',
      role: 'operator',
      params: profileParams,
      body: folderTrialRequest,
      answer: folderTrial,
      problems: ['ENC-PRO-001', 'ENC-STO-002'],
      handle: async ({ params, body, actor }) => {
        const { recipe } = await demandProfile(db, rules, params.profile);
        const folder = await deps.allowFolder(demandActor(actor), body.folder);
        return { body: await tryFolder(folder, recipe.originals, newId()) };
      },
    }),
  ];
}

function viewOf({ keptUntilMs, createdAtMs, updatedAtMs, ...row }: OriginalRow): OriginalView {
  const [policy, state] = [originalPolicy.parse(row.policy), originalState.parse(row.state)];
  const { id, jobId, sourcePath, outputPath, heldPath, error } = row;
  return {
    ...{ id, jobId, policy, state, sourcePath, outputPath, heldPath, error },
    keptUntil: keptUntilMs === null ? null : isoTime(keptUntilMs),
    restorable: state === 'held' || (state === 'failed' && (policy === 'quarantine' || policy === 'replace')),
    createdAt: isoTime(createdAtMs),
    updatedAt: isoTime(updatedAtMs),
  };
}

async function demandOriginal(db: Kysely<Database>, id: string): Promise<OriginalRow> {
  const row = await findOriginal(db, id);
  if (row === null) throw new RequestRefused('ENC-SYS-006', `There is no original ${id}; GET /originals lists them.`);
  return row;
}

/** Why a film of a watch folder did not come back, as a sentence; null when it did. */
function hindranceOf(restored: Restored, { sourcePath, heldPath, policy, state }: OriginalRow): string | null {
  if (restored.ok) return null;
  switch (restored.because) {
    case 'place-taken':
      return `${sourcePath} is taken by another file, which stays: the film is kept at ${heldPath ?? 'its place'}`;
    case 'not-there':
      return `The film is neither at ${heldPath ?? 'its place'} nor at ${sourcePath}.`;
    case 'not-held':
    case 'missing':
      return `${sourcePath} is not held (${policy}, ${state}).`;
  }
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
