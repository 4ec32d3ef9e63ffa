import { join } from 'node:path';
import type { Logger } from '#main/platform/logger.ts';
import { isMenuWanted, menuEntryStep, menuFileFor, type MenuKeeper } from './decide/file-menu.ts';
import type { Machine } from './machine.ts';
import { digestOf, type MenuFile, placeMenuFiles, readMenuFiles, removeMenuFiles } from './menu-files.ts';
import { readPlacedMenus, writePlacedMenus } from './settings-file.ts';

export type FileMenu = {
  /** Whether the app puts "Encode with Encrew" into the file manager's menu; null where its package does. */
  isOn: () => boolean | null;
  /** Does what the setting says, as far as that was not done yet. What fails is in the log. */
  keep: () => Promise<void>;
};

type MachineFacts = Pick<Machine, 'platform' | 'resourcesPath' | 'appImage' | 'homeDir' | 'shareDir'>;
type MenuEntry = { path: string; files: readonly MenuFile[] };

/** Keeps the entries of this system's file managers. `isAsked` is the setting. */
export function openFileMenu(
  machine: MachineFacts,
  { dataDir, isAsked, log }: { dataDir: string; isAsked: () => boolean | null; log: Logger },
): FileMenu {
  const isOn = (): boolean | null => isMenuWanted(keeperOn(machine), isAsked());
  let turn = Promise.resolve();
  const keep = async (): Promise<void> => {
    const isWanted = isOn();
    if (isWanted === null) return;
    const placed = await readPlacedMenus(dataDir, log);
    const next: Record<string, string> = {};
    for (const { path, files } of await ownEntries(machine)) {
      const found = await readMenuFiles(path);
      const facts = { isWanted, placed: placed[path] ?? null, own: digestOf(files) };
      const step = menuEntryStep({ ...facts, found: found === null ? null : digestOf(found) });
      if (step.step === 'place') await placeMenuFiles(path, files);
      if (step.step === 'remove') await removeMenuFiles(path);
      if (step.step !== 'leave') log.info({ path, step: step.step }, 'the file manager’s menu has changed');
      if (step.placed !== null) next[path] = step.placed;
    }
    if (JSON.stringify(next) !== JSON.stringify(placed)) await writePlacedMenus(dataDir, next);
  };
  return {
    isOn,
    keep: () => {
      turn = turn.then(keep).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'the file manager’s menu can’t be kept');
      });
      return turn;
    },
  };
}

function keeperOn({ platform, resourcesPath, appImage }: MachineFacts): MenuKeeper {
  if (resourcesPath === null) return 'package';
  if (platform === 'darwin') return 'app';
  return platform === 'linux' && appImage !== null ? 'app-if-asked' : 'package';
}

const quickAction = 'Encode with Encrew.workflow';
/** In the package, and below the folder of a user's own. */
const linuxMenus: readonly { from: string; to: string }[] = [
  { from: 'encrew-dolphin.desktop', to: 'kio/servicemenus/encrew.desktop' },
  { from: 'encrew.nemo_action', to: 'nemo/actions/encrew.nemo_action' },
];

/** What this version puts where. */
async function ownEntries(machine: MachineFacts): Promise<MenuEntry[]> {
  const { platform, resourcesPath, appImage, homeDir, shareDir } = machine;
  if (resourcesPath === null) return [];
  if (platform === 'darwin') {
    const path = join(homeDir, 'Library', 'Services', quickAction);
    return [{ path, files: await packed(join(resourcesPath, 'services', quickAction)) }];
  }
  const entries: MenuEntry[] = [];
  for (const { from, to } of linuxMenus) {
    const [template] = await packed(join(resourcesPath, 'menus', from));
    const text = menuFileFor(Buffer.from(template?.content ?? []).toString(), appImage ?? '');
    if (text !== null) entries.push({ path: join(shareDir, to), files: [{ name: '', content: Buffer.from(text) }] });
  }
  return entries;
}

async function packed(path: string): Promise<MenuFile[]> {
  const files = await readMenuFiles(path);
  if (files === null) throw new Error(`${path} is missing in this package`);
  return files;
}
