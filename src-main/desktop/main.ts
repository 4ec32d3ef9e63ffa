import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import electron from 'electron';
import { builtScreens } from '#main/app/screen-files.ts';
import { systemClock } from '#main/platform/clock.ts';
import { dataFolder } from '#main/platform/data-folder.ts';
import { desktopPages } from '#shared/protocol/desktop-bridge.ts';
import { linkScheme } from './decide/deep-link.ts';
import { type ArrivalGate, arrivalGate } from './arrival-gate.ts';
import { startDesktopApp } from './desktop-app.ts';
import { type DesktopLog, openDesktopLog } from './desktop-log.ts';
import type { DesktopPorts, UpdaterPort } from './electron-ports.ts';
import type { Machine } from './machine.ts';

/*
 * Where Electron begins, and the one place (beside the preload script) that imports it: it is handed in everywhere else, so that
 * TypeScript compares what we use of it with Electron's typings here, and tests run the rest without it.
 */

const { app, protocol, utilityProcess } = electron;

// Before it is ready: pages of this scheme have an origin, and may fetch from it.
protocol.registerSchemesAsPrivileged([
  { scheme: desktopPages.scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.setAppUserModelId('encrew.desktop');

if (app.requestSingleInstanceLock()) {
  const desktopLog = openDesktopLog(app.getPath('logs'), tee);
  const { log } = desktopLog;
  process.on('uncaughtExceptionMonitor', (error) => log.error({ error: inspect(error) }, 'the app has failed'));
  process.on('unhandledRejection', (error) => log.error({ error: inspect(error) }, 'something has failed unseen'));
  const machine = thisMachine();
  const gate = arrivalGate(app, machine, log);
  app.setAsDefaultProtocolClient(linkScheme);
  // Not awaited: Electron is ready only after this file has been run to its end.
  void app.whenReady().then(() => begin(machine, gate, desktopLog));
} else {
  // The first one has been given what this start was asked for.
  app.exit(0);
}

async function begin(machine: Machine, gate: ArrivalGate, desktopLog: DesktopLog): Promise<void> {
  await startDesktopApp({
    ...{ ports: await portsOf(), machine, gate, dataDir: dataFolder(undefined, process.env) },
    ...{ screensFolder: builtScreens, clock: systemClock, desktopLog },
  });
}

/** Who works on the app reads along; an installed one has no terminal. */
function tee(line: string): void {
  if (!app.isPackaged) process.stderr.write(line);
}

async function portsOf(): Promise<DesktopPorts> {
  const { BrowserWindow, dialog, ipcMain, Menu, nativeImage, Notification, powerMonitor } = electron;
  return {
    ...{
      app,
      dialog,
      protocol,
      shell: electron.shell,
      keychain: electron.safeStorage,
      ipc: ipcMain,
      signals: process,
      session: electron.session.defaultSession,
    },
    newWindow: (options) => new BrowserWindow(options),
    newTray: (path) => {
      const tray = new electron.Tray(nativeImage.createFromPath(path));
      return {
        on: tray.on.bind(tray),
        setToolTip: (text) => tray.setToolTip(text),
        setImage: (next) => tray.setImage(nativeImage.createFromPath(next)),
        setMenu: (items) => tray.setContextMenu(Menu.buildFromTemplate(items)),
        destroy: () => tray.destroy(),
      };
    },
    newNotice: (options) => new Notification(options),
    power: { monitor: powerMonitor, blocker: electron.powerSaveBlocker },
    screens: () => electron.screen.getAllDisplays().map(({ workArea }) => workArea),
    fork: (path, args, options) => utilityProcess.fork(path, args, options),
    updater: await updaterOf(),
  };
}

/** Packages of a distribution are updated by it, and a checkout by Git. */
async function updaterOf(): Promise<UpdaterPort | null> {
  const updatesItself = process.platform !== 'linux' || process.env['APPIMAGE'] !== undefined;
  if (!app.isPackaged || !updatesItself) return null;
  const { default: updater } = await import('electron-updater');
  return updater.autoUpdater;
}

function thisMachine(): Machine {
  const time = new Intl.DateTimeFormat(app.getPreferredSystemLanguages()[0], { timeStyle: 'short' });
  const version = app.getVersion();
  return {
    ...{ platform: process.platform, name: hostname(), version },
    about: { version, electron: process.versions.electron, platform: `${process.platform}-${process.arch}` },
    languages: app.getPreferredSystemLanguages(),
    executable: process.env['APPIMAGE'] ?? process.execPath,
    configDir: process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    shareDir: process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'),
    ...{ homeDir: homedir(), appImage: process.env['APPIMAGE'] ?? null },
    resourcesPath: app.isPackaged ? process.resourcesPath : null,
    ...{ argv: process.argv, cwd: process.cwd() },
    timeOf: (atMs) => time.format(atMs),
  };
}
