import { type Actor, RequestRefused } from '#main/api/route.ts';
import { mayUsePath, type PathRules } from '#main/platform/path-rules.ts';
import type { Store } from '#main/store/open-store.ts';
import type { Settings } from '#shared/model/settings.ts';

export type ServerPaths = {
  rules: () => Promise<PathRules>;
  /** The path to use; RequestRefused where this actor may not. */
  allow: (actor: Actor, path: string) => Promise<string>;
};

/** Which places of the machine people may name (design section 5). */
export function serverPaths({ db }: Store, settings: () => Settings, dataDir: string): ServerPaths {
  const rules = async (): Promise<PathRules> => {
    const watched = await db.selectFrom('watchFolder').select(['path', 'outputDir']).execute();
    return {
      roots: settings().roots,
      shared: watched.flatMap(({ path, outputDir }) => [path, outputDir]),
      closed: [dataDir],
    };
  };
  return {
    rules,
    allow: async (actor, path) => {
      const use = await mayUsePath(actor.role, path, await rules());
      if (!use.ok) throw new RequestRefused('ENC-STO-002', use.message);
      return use.path;
    },
  };
}
