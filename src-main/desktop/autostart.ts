import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { autostartArgs, autostartEntry } from './decide/autostart-entry.ts';
import type { AppPort } from './electron-ports.ts';

export type AutostartPlace = {
  platform: NodeJS.Platform;
  /** Of the program; of the AppImage itself where it runs from one. */
  executable: string;
  /** `$XDG_CONFIG_HOME`, else `~/.config`. */
  configDir: string;
};

/** Starts the app with the session from now on, without a window, or no longer. Throws what the system says. */
export async function setAutostart(
  app: Pick<AppPort, 'setLoginItemSettings'>,
  { platform, executable, configDir }: AutostartPlace,
  isWanted: boolean,
): Promise<void> {
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: isWanted, path: executable, args: [...autostartArgs] });
    return;
  }
  const path = join(configDir, 'autostart', 'encrew.desktop');
  const entry = isWanted ? autostartEntry(executable) : null;
  if (entry === null) {
    await rm(path, { force: true });
    if (isWanted) throw new Error(`${executable} can't be started with the session: its path has a line end`);
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, entry);
}
