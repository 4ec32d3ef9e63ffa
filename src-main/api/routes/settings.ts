import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { restartKeys, type SettingsBook, type SettingState } from '#main/platform/settings-book.ts';
import { rootFault } from '#main/intake/folder-trial.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { environmentName, type SettingFault, settingKeys, whereOf } from '#main/platform/settings-sources.ts';
import { settings } from '#shared/model/settings.ts';
import { settingList, settingsPatch, type SettingView } from '#shared/protocol/settings.ts';
import { RequestRefused, type Route, route } from '../route.ts';

/** What the owner of the server decides. */
export function settingRoutes(book: SettingsBook): Route[] {
  const answer = () => ({
    body: {
      items: book.states().map(viewOf),
      total: settingKeys.length,
      nextCursor: null,
      problem: book.problem(),
    },
    headers: { ETag: tagOf(book) },
  });
  return [
    route({
      method: 'get',
      path: '/settings',
      tag: 'settings',
      summary: 'All settings, where each comes from, and what it may be',
      role: 'admin',
      answer: settingList,
      handle: async () => answer(),
    }),
    route({
      method: 'patch',
      path: '/settings',
      tag: 'settings',
      summary: 'Changes settings in settings.json; If-Match with the ETag of GET keeps the changes of others',
      role: 'admin',
      body: settingsPatch,
      answer: settingList,
      problems: ['ENC-SYS-008'],
      handle: async ({ body, headers }) => {
        await demandUsableRoots(body['roots'], book.current().roots);
        const patched = await book.patch(body, versionIn(headers['if-match'], book));
        if (patched.ok) return answer();
        switch (patched.because) {
          case 'stale':
            throw new RequestRefused(
              'ENC-SYS-008',
              'The settings were changed meanwhile: load them, and change those.',
            );
          case 'broken':
            throw new RequestRefused(
              'ENC-SYS-008',
              `settings.json would be overwritten, and is broken: ${patched.message}`,
            );
          case 'held':
            throw new RequestRefused('ENC-SYS-008', patched.message);
          case 'faults':
            throw new RequestRefused('ENC-SYS-007', { faults: patched.faults.map((fault) => faultOf(fault, body)) });
        }
      },
    }),
  ];
}

/** Roots that are new have to be there and to be usable: a list with a typing error would keep everybody out. */
async function demandUsableRoots(wanted: unknown, known: readonly string[]): Promise<void> {
  const roots = settings.shape.roots.safeParse(wanted);
  if (wanted === undefined || !roots.success) return;
  const tried = await inParallel(roots.data, 4, async (root, at) => ({
    path: `body.roots.${at}`,
    // What is no path at all is found with everything else.
    message: known.includes(root) || !isAbsolute(root) ? null : await rootFault(root),
  }));
  const faults = tried.flatMap(({ path, message }) => (message === null ? [] : [{ path, message }]));
  if (faults.length > 0) throw new RequestRefused('ENC-SYS-007', { faults });
}

function tagOf(book: SettingsBook): string {
  return `"${book.version()}"`;
}

/** The version that a change was made from; null for any (RFC 9110 13.1.1: weak tags never match). */
function versionIn(ifMatch: string | undefined, book: SettingsBook): string | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes(tagOf(book)) ? book.version() : 'another';
}

function viewOf({ key, value, active, origin }: SettingState): SettingView {
  const { description = '' } = settings.shape[key];
  return {
    ...{ key, origin, description },
    value: plainJson(value),
    active: plainJson(active),
    where: whereOf(key, origin),
    default: plainJson(defaults[key]),
    schema: schemas.parse(z.toJSONSchema(settings.shape[key].unwrap())),
    environmentName: environmentName(key),
    needsRestart: restartKeys.has(key),
  };
}

const defaults = settings.parse({});
const schemas = z.record(z.string(), z.json());

function plainJson(value: unknown): z.infer<ReturnType<typeof z.json>> {
  return z.json().parse(value);
}

/** What was sent has a path in the body; what was in the file already is named by its place. */
function faultOf({ key, where, message }: SettingFault, body: Readonly<Record<string, unknown>>) {
  return Object.hasOwn(body, key) ? { path: `body.${key}`, message } : { path: where, message: `${key} ${message}` };
}
