import { basename } from 'node:path';
import type { Kysely } from 'kysely';
import { previewFolder } from '#main/intake/preview.ts';
import { checkRoot } from '#main/intake/root-state.ts';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { knownFilePage } from '#main/store/known-file-page.ts';
import { countFiles, judgeAgain } from '#main/store/known-files.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';
import type { Database } from '#main/store/schema.ts';
import {
  addWatchFolder,
  changeWatchFolder,
  noteWatchFolder,
  removeWatchFolder,
  wantScan,
  type WatchFolder,
  watchFolderPage,
} from '#main/store/watch-folders.ts';
import {
  dryRunRequest,
  knownFileList,
  knownFileListQuery,
  newWatchFolder,
  previewRequest,
  savedWatchFolder,
  watchFolderChange,
  type WatchFolderChange,
  watchFolderDetail,
  watchFolderList,
  watchFolderListQuery,
  watchFolderParams,
  watchFolderPreview,
  watchFolderView,
} from '#shared/protocol/watch-folders.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { demandRule, demandWatchFolder, type WishedRule } from './watch-folder-demands.ts';
import { knownFileViewOf, watchFolderViewOf } from './watch-folder-views.ts';

export type WatchFolderDeps = {
  db: Kysely<Database>;
  clock: Clock;
  rules: ProfileRules;
  /** The path to use; RequestRefused where this actor may not. */
  allowFolder(actor: Actor, path: string): Promise<string>;
  /** There is something for intake to do. */
  changed(): void;
};

/** Folders whose films become jobs by themselves. */
export function watchFolderRoutes(deps: WatchFolderDeps): Route[] {
  return [...readRoutes(deps), ...writeRoutes(deps), ...scanRoutes(deps)];
}

const tag = 'watch folders';

function readRoutes({ db }: WatchFolderDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/watch-folders',
      tag,
      summary: 'Lists watch folders by name',
      role: 'viewer',
      query: watchFolderListQuery,
      answer: watchFolderList,
      handle: ({ query }) => answerPage('watch-folders', query, (ask) => watchFolderPage(db, ask), watchFolderViewOf),
    }),
    route({
      method: 'get',
      path: '/watch-folders/{id}',
      tag,
      summary: 'One watch folder, with the number of its files by state',
      role: 'viewer',
      params: watchFolderParams,
      answer: watchFolderDetail,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => {
        const folder = await demandWatchFolder(db, params.id);
        return { body: { ...watchFolderViewOf(folder), files: await countFiles(db, folder.id) } };
      },
    }),
    route({
      method: 'get',
      path: '/watch-folders/{id}/files',
      tag,
      summary: 'What is known of the files of a watch folder, by path',
      role: 'viewer',
      params: watchFolderParams,
      query: knownFileListQuery,
      answer: knownFileList,
      problems: ['ENC-SYS-006'],
      handle: async ({ params, query }) => {
        const { id } = await demandWatchFolder(db, params.id);
        return answerPage(`watch-files ${id}`, query, (ask) => knownFilePage(db, id, query, ask), knownFileViewOf);
      },
    }),
  ];
}

function writeRoutes(deps: WatchFolderDeps): Route[] {
  const { db, clock } = deps;
  return [
    route({
      method: 'post',
      path: '/watch-folders',
      tag,
      summary: 'Watches a folder; its places are tried first',
      role: 'admin',
      body: newWatchFolder,
      answer: savedWatchFolder,
      status: 201,
      problems: ['ENC-PRO-001', 'ENC-PRO-005', 'ENC-STO-002', 'ENC-SYS-007'],
      handle: async ({ body, actor }) => {
        const asker = demandActor(actor);
        const { rule, places } = await demandRule(deps, asker, named(body), null);
        const id = newId();
        await addWatchFolder(db, { id, rule, createdBy: asker.id, nowMs: clock.nowMs() });
        deps.changed();
        const folder = await demandWatchFolder(db, id);
        return { status: 201, body: { ...watchFolderViewOf(folder), places } };
      },
    }),
    route({
      method: 'patch',
      path: '/watch-folders/{id}',
      tag,
      summary: 'Changes the rule of a watch folder; what the old one kept out is judged again',
      role: 'admin',
      params: watchFolderParams,
      body: watchFolderChange,
      answer: savedWatchFolder,
      problems: ['ENC-PRO-001', 'ENC-PRO-005', 'ENC-STO-002', 'ENC-SYS-006', 'ENC-SYS-007'],
      handle: async ({ params, body, actor }) => {
        const before = await demandWatchFolder(db, params.id);
        const wished = changedRule(before, body);
        const { rule, places } = await demandRule(deps, demandActor(actor), wished, params.id);
        const nowMs = clock.nowMs();
        await db.transaction().execute(async (trx) => {
          await changeWatchFolder(trx, params.id, rule, nowMs);
          if (rule.path !== before.path) {
            await noteWatchFolder(trx, params.id, { rootState: 'unknown', rootNote: null, rootDevice: null });
          }
          await judgeAgain(trx, params.id, nowMs);
        });
        deps.changed();
        const folder = await demandWatchFolder(db, params.id);
        return { body: { ...watchFolderViewOf(folder), places } };
      },
    }),
    route({
      method: 'delete',
      path: '/watch-folders/{id}',
      tag,
      summary: 'Watches a folder no longer; its files, its jobs and its trash stay',
      role: 'admin',
      params: watchFolderParams,
      status: 204,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => {
        const { id } = await demandWatchFolder(db, params.id);
        await removeWatchFolder(db, id);
        deps.changed();
        return { status: 204, body: undefined };
      },
    }),
  ];
}

/** Called as its folder where nobody named it. */
function named(rule: Omit<WishedRule, 'name'> & { name: string | null }): WishedRule {
  return { ...rule, name: rule.name ?? (basename(rule.path) || rule.path) };
}

function scanRoutes(deps: WatchFolderDeps): Route[] {
  const { db, clock } = deps;
  return [
    route({
      method: 'post',
      path: '/watch-folders/dry-run',
      tag,
      summary: 'Tells what a rule would do to the films that are there, before it is kept; changes nothing',
      role: 'admin',
      body: dryRunRequest,
      answer: watchFolderPreview,
      problems: ['ENC-PRO-001', 'ENC-STO-002', 'ENC-STO-004', 'ENC-SYS-006', 'ENC-SYS-007'],
      handle: async ({ body: { id, limit, ...wished }, actor, signal }) => {
        const before = id === null ? null : await demandWatchFolder(db, id);
        // One that is switched off is tried as it would be once it is on.
        const { rule } = await demandRule(deps, demandActor(actor), { ...named(wished), enabled: true }, id);
        const device = before?.path === rule.path ? before.rootDevice : null;
        const root = await checkRoot({ path: rule.path, device, hadFiles: true });
        if (!root.isOnline) throw new RequestRefused('ENC-STO-004', root.note);
        return { body: await previewFolder({ db, clock }, { id: id ?? '', ...rule }, limit, signal) };
      },
    }),
    route({
      method: 'post',
      path: '/watch-folders/{id}/scan',
      tag,
      summary: 'Looks through the whole folder as soon as may be',
      role: 'operator',
      params: watchFolderParams,
      answer: watchFolderView,
      status: 202,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => {
        await demandWatchFolder(db, params.id);
        await wantScan(db, params.id);
        deps.changed();
        return { status: 202, body: watchFolderViewOf(await demandWatchFolder(db, params.id)) };
      },
    }),
    route({
      method: 'post',
      path: '/watch-folders/{id}/preview',
      tag,
      summary: 'Tells which films a scan would add and why it would not add others; changes nothing',
      role: 'operator',
      params: watchFolderParams,
      body: previewRequest,
      answer: watchFolderPreview,
      problems: ['ENC-SYS-006', 'ENC-STO-004'],
      handle: async ({ params, body, signal }) => {
        const folder = await demandWatchFolder(db, params.id);
        const root = await checkRoot({ path: folder.path, device: folder.rootDevice, hadFiles: true });
        if (!root.isOnline) throw new RequestRefused('ENC-STO-004', root.note);
        return { body: await previewFolder({ db, clock }, folder, body.limit, signal) };
      },
    }),
  ];
}

/** What the request left out stays as it was. */
function changedRule(before: WatchFolder, body: WatchFolderChange): WishedRule {
  return {
    path: body.path ?? before.path,
    name: body.name ?? before.name,
    enabled: body.enabled ?? before.enabled,
    profile: body.profile ?? before.profileId ?? before.profileName,
    outputDir: body.outputDir ?? before.outputDir,
    afterwards: body.afterwards ?? before.afterwards,
    moveDir: body.moveDir === undefined ? before.moveDir : body.moveDir,
    rules: body.rules ?? before.rules,
  };
}
