import { dirname } from 'node:path';
import { browseFolder } from '#main/intake/browse-folder.ts';
import { folderReader } from '#main/intake/folder-listing.ts';
import { fileRoots } from '#main/intake/file-roots.ts';
import type { Clock } from '#main/platform/clock.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { mayUsePath, type PathRules } from '#main/platform/path-rules.ts';
import { realPlace } from '#main/platform/roots.ts';
import { fileList, fileRootList, fileRootsQuery, filesQuery, folderMade, folderWish } from '#shared/protocol/files.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { demandActor } from '../demand-actor.ts';

export type FileDeps = {
  clock: Clock;
  /** Asked for each request: settings and watch folders change. */
  pathRules: () => Promise<PathRules>;
  /** What the roots were set by if no admin can choose them (`the flag --root`); null where one can. */
  rootsHeldBy: () => string | null;
};

/** The server's files, as far as who asks may use them. */
export function fileRoutes({ clock, pathRules, rootsHeldBy }: FileDeps): Route[] {
  /** What who asks may browse: a choice of roots goes past those that there are. */
  const rulesFor = async ({ name, role }: Actor, anywhere: boolean): Promise<PathRules> => {
    const rules = await pathRules();
    if (!anywhere) return rules;
    if (role !== 'admin') throw new RequestRefused('ENC-AUTH-004', `This needs the role admin; ${name} is ${role}.`);
    const held = rootsHeldBy();
    if (held !== null) throw new RequestRefused('ENC-STO-002', `The roots are set by ${held}: change them there.`);
    return { ...rules, roots: [] };
  };
  const read = folderReader(clock);
  return [
    route({
      method: 'get',
      path: '/files/roots',
      tag: 'files',
      summary: 'The folders at which browsing begins',
      role: 'operator',
      query: fileRootsQuery,
      answer: fileRootList,
      problems: ['ENC-STO-002'],
      handle: async ({ actor, query }) => {
        const asker = demandActor(actor);
        const items = await fileRoots(asker.role, await rulesFor(asker, query.anywhere));
        return { body: { items, total: items.length, nextCursor: null } };
      },
    }),
    route({
      method: 'get',
      path: '/files',
      tag: 'files',
      summary: 'What is in a folder of the server',
      role: 'operator',
      query: filesQuery,
      answer: fileList,
      problems: ['ENC-STO-001', 'ENC-STO-002', 'ENC-STO-004'],
      handle: async ({ query, actor }) => {
        const asker = demandActor(actor);
        const rules = await rulesFor(asker, query.anywhere);
        const folder = await demandFolder(asker, query.path, rules);
        const asked = { ...query, search: query.search, path: folder };
        const places = { folder, roots: limitsOf(asker, rules) };
        const { body } = await answerPage(
          'files',
          asked,
          (ask) => browseFolder(read, { ...asked, ...places, ...ask }).catch(refuse(folder)),
          (entry) => entry,
        );
        return { body: { ...body, path: folder, parent: await parentOf(asker, folder, rules) } };
      },
    }),
    route({
      method: 'post',
      path: '/files/folders',
      tag: 'files',
      summary: 'Makes a folder, with those above it',
      role: 'admin',
      body: folderWish,
      answer: folderMade,
      problems: ['ENC-STO-001', 'ENC-STO-002', 'ENC-STO-004'],
      handle: async ({ body, actor }) => {
        const asker = demandActor(actor);
        const use = await mayUsePath(asker.role, body.path, await rulesFor(asker, body.anywhere));
        if (!use.ok) throw new RequestRefused('ENC-STO-002', use.message);
        await makeFolders(use.path).catch(refuse(use.path, 'write'));
        return { body: { path: use.path } };
      },
    }),
  ];
}

/** The folder without its links; RequestRefused where it may not be browsed, or is not there. */
async function demandFolder({ role }: Actor, path: string, rules: PathRules): Promise<string> {
  const use = await mayUsePath(role, path, rules);
  if (!use.ok) throw new RequestRefused('ENC-STO-002', use.message);
  const place = await realPlace(use.path);
  if (!place.ok) throw new RequestRefused('ENC-STO-001', `${path} can't be reached: check the path`);
  return place.path;
}

function limitsOf({ role }: Actor, { roots, shared }: PathRules): readonly string[] | null {
  if (roots.length > 0) return roots;
  return role === 'admin' ? null : shared;
}

async function parentOf({ role }: Actor, folder: string, rules: PathRules): Promise<string | null> {
  const parent = dirname(folder);
  return parent !== folder && (await mayUsePath(role, parent, rules)).ok ? parent : null;
}

function refuse(folder: string, what: 'read' | 'write' = 'read'): (error: unknown) => never {
  return (error) => {
    if (error instanceof RangeError) {
      const message = 'This cursor is not one that this list has given.';
      throw new RequestRefused('ENC-SYS-007', { faults: [{ path: 'query.cursor', message }] });
    }
    switch (codeOf(error)) {
      case 'ENOENT':
        throw new RequestRefused('ENC-STO-001', `There is no folder ${folder}.`);
      case 'ENOTDIR':
        throw new RequestRefused('ENC-STO-001', `${folder} is a file: give the folder that it is in.`);
      case 'EACCES':
      case 'EPERM':
        throw new RequestRefused('ENC-STO-002', `The server may not ${what} ${folder}: change its rights.`);
      case null:
        throw error;
      default:
        throw new RequestRefused(
          'ENC-STO-004',
          `${folder} can't be ${what === 'read' ? 'read' : 'made'} (${codeOf(error)}): check its disk.`,
        );
    }
  };
}
