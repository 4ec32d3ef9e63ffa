import { lookAtPaths } from './look-at-paths.ts';
import type { Words } from './decide/words/words.ts';
import type { DesktopHandlers } from './ipc.ts';
import type { DialogPort, ShellPort } from './electron-ports.ts';
import type {
  DesktopMode,
  DesktopSettings,
  DesktopSettingsChange,
  DesktopStanding,
  PickedPath,
} from '#shared/protocol/desktop.ts';

export type HandlerDeps = {
  dialog: DialogPort;
  shell: ShellPort;
  words: Words;
  about: { version: string; electron: string; platform: string; canUpdate: boolean };
  standing: () => DesktopStanding;
  chooseMode: (mode: DesktopMode) => Promise<void>;
  changeSettings: (change: DesktopSettingsChange) => Promise<DesktopSettings>;
  takeFilms: () => PickedPath[];
  /** Where the package of a job of this machine's server lies; null without one. */
  outputOf: (jobId: string) => Promise<string | null>;
  pause: (forMs: number | null) => void;
  resume: () => void;
  unpair: () => void;
  /** Of the log of the app. */
  logPath: string;
  renewSecrets: () => Promise<void>;
  restart: () => void;
};

/** What the table of calls does. */
export function desktopHandlers(deps: HandlerDeps): DesktopHandlers {
  const { dialog, shell, words, standing } = deps;
  const pick = async (kind: 'openFile' | 'openDirectory'): Promise<PickedPath[]> => {
    const title = kind === 'openFile' ? words.dialog.pickFilms : words.dialog.pickFolders;
    const { canceled, filePaths } = await dialog.showOpenDialog({ title, properties: [kind, 'multiSelections'] });
    return canceled ? [] : lookAtPaths(filePaths);
  };
  const show = async (path: string): Promise<boolean> => {
    const [found] = await lookAtPaths([path]);
    if (found !== undefined) shell.showItemInFolder(found.path);
    return found !== undefined;
  };
  return {
    about: () => deps.about,
    standing,
    'choose-mode': async ({ mode }) => {
      await deps.chooseMode(mode);
      return null;
    },
    'change-settings': (change) => deps.changeSettings(change),
    'pick-films': () => pick('openFile'),
    'pick-folders': () => pick('openDirectory'),
    'look-at': ({ paths }) => lookAtPaths(paths),
    'take-films': deps.takeFilms,
    'show-output': async ({ jobId }) => {
      const path = await deps.outputOf(jobId);
      return path !== null && show(path);
    },
    'show-log': () => show(deps.logPath),
    pause: ({ forMs }) => {
      deps.pause(forMs);
      return null;
    },
    resume: () => {
      deps.resume();
      return null;
    },
    'open-server': async () => {
      const url = standing().node.lent?.serverUrl ?? null;
      if (url === null) return false;
      await shell.openExternal(url);
      return true;
    },
    unpair: () => {
      deps.unpair();
      return null;
    },
    'renew-secrets': async () => {
      await deps.renewSecrets();
      return null;
    },
    restart: () => {
      deps.restart();
      return null;
    },
  };
}
