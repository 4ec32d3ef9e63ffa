import { join } from 'node:path';
import { arrivalGate } from '#main/desktop/arrival-gate.ts';
import { startDesktopApp } from '#main/desktop/desktop-app.ts';
import { openDesktopLog } from '#main/desktop/desktop-log.ts';
import type { ForkPort } from '#main/desktop/electron-ports.ts';
import type { Machine } from '#main/desktop/machine.ts';
import { writeDesktopSettings } from '#main/desktop/settings-file.ts';
import { type DesktopSettings, desktopSettings } from '#shared/protocol/desktop.ts';
import { electronStandIn, type StandIn, type StandInWork } from './electron-stand-in.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import type { StandInChain } from './keychain-stand-in.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

export const serverUrl = 'http://127.0.0.1:7420';

export type DesktopBench = StandIn & {
  dataDir: string;
  clock: HandClock;
  /** The process of that number, once it is there. */
  work: (number: number) => Promise<StandInWork>;
  /** Until Electron was asked for it. */
  until: (words: string) => Promise<void>;
};

type DesktopBenchSet = {
  screensFolder: string;
  /** Of an earlier start. */
  dataDir: string;
  keychain: StandInChain;
  /** Starts real work. */
  fork: ForkPort;
};

/** The desktop app in a stand-in for Electron, started with these settings; null is a first start. */
export async function startDesktop(
  chosen: Partial<DesktopSettings> | null,
  change: Partial<Machine> & Partial<DesktopBenchSet> = {},
): Promise<DesktopBench> {
  const { screensFolder = '/nowhere', dataDir = await temporaryFolder(), keychain, fork, ...machine } = change;
  const stand = electronStandIn();
  stand.set.keychain = keychain ?? stand.set.keychain;
  const clock = handClock(1_000_000);
  if (chosen !== null) await writeDesktopSettings(dataDir, desktopSettings.parse(chosen));
  const made: Machine = {
    ...{ platform: 'linux', name: 'Den', version: '0.1.0', languages: ['en'], resourcesPath: '/app' },
    about: { version: '0.1.0', electron: '45.4.1', platform: 'linux-x64' },
    ...{ executable: '/opt/Encrew/encrew', configDir: dataDir, argv: ['/opt/Encrew/encrew'], cwd: dataDir },
    ...{ homeDir: dataDir, shareDir: join(dataDir, 'share'), appImage: null },
    timeOf: (atMs) => `${Math.round(atMs / 60_000)} min`,
    ...machine,
  };
  const desktopLog = openDesktopLog(join(dataDir, 'logs'), () => {});
  const gate = arrivalGate(stand.ports.app, made, desktopLog.log);
  const ports = fork === undefined ? stand.ports : { ...stand.ports, fork };
  await startDesktopApp({ ports, machine: made, gate, dataDir, screensFolder, clock, desktopLog });
  const work = async (number: number): Promise<StandInWork> => {
    await waitUntil(`process ${number} of the work is there`, () => stand.works.length > number);
    const found = stand.works[number];
    if (found === undefined) throw new Error('unreachable: it was waited for');
    return found;
  };
  return {
    ...{ ...stand, dataDir, clock, work },
    until: (words) => waitUntil(`Electron is asked for ${words}`, () => stand.said.includes(words)),
  };
}
