import { screenFile } from '#main/app/screen-files.ts';
import type { Clock } from '#main/platform/clock.ts';
import { type DesktopSettings, type DesktopStanding } from '#shared/protocol/desktop.ts';
import { desktopPages } from '#shared/protocol/desktop-bridge.ts';
import { awakeSwitch } from './awake.ts';
import type { ArrivalGate } from './arrival-gate.ts';
import { setAutostart } from './autostart.ts';
import { type DeskFacts, isDone } from './decide/facts.ts';
import { keepsAwake } from './decide/keep-awake.ts';
import { alsoLent, worksOf } from './decide/mode-works.ts';
import { cutsShort, quitAnswer, quitQuestion } from './decide/quit-question.ts';
import { noticeOf, type WorkNews } from './decide/notice.ts';
import { isOwnPage } from './decide/own-page.ts';
import { hourMs } from './decide/pause.ts';
import { taskbarProgress } from './decide/taskbar-progress.ts';
import { type TrayAction, trayView } from './decide/tray-view.ts';
import { idleSince } from './decide/update-turn.ts';
import { chooseWords } from './decide/words/choose-words.ts';
import type { DesktopLog } from './desktop-log.ts';
import type { DesktopPorts, EndSignal } from './electron-ports.ts';
import { openEnding } from './ending.ts';
import { openFileMenu } from './file-menu.ts';
import { openFront } from './front.ts';
import { desktopHandlers } from './handlers.ts';
import { answerCalls } from './ipc.ts';
import type { Machine } from './machine.ts';
import { noticeBoard } from './notices.ts';
import { preloadFile, trayImage } from './own-files.ts';
import { openKeychain } from './keychain.ts';
import { openPausing } from './pausing.ts';
import { readDesktopSettings, readWindowPlace, writeDesktopSettings, writeWindowPlace } from './settings-file.ts';
import { openSecrets } from './secrets.ts';
import { showTray } from './tray.ts';
import { keepUpdated } from './updates.ts';
import { denyPermissions, openWindow } from './window.ts';
import { workStarter } from './work-starter.ts';
import { openWorks, workFolder } from './works.ts';

export type DesktopAppOptions = {
  ports: DesktopPorts;
  machine: Machine;
  /** Was there before Electron was ready. */
  gate: ArrivalGate;
  /** Absolute. */
  dataDir: string;
  /** Of what `npm run build` made. */
  screensFolder: string;
  clock: Clock;
  desktopLog: DesktopLog;
};

/** Electron makes a quit of them, which would ask: of a session that ends, a shell or a service manager. */
const endSignals: readonly EndSignal[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];
const turnEveryMs = 30_000;
/** The next film of a batch may come a moment after the last. */
const doneForMs = 5_000;

/** The desktop app, once Electron is ready: shows what the work does, and does nothing of it itself. */
export async function startDesktopApp(options: DesktopAppOptions): Promise<void> {
  const { ports, machine, gate, dataDir, clock, desktopLog } = options;
  const { log } = desktopLog;
  const { app, power } = ports;
  const words = chooseWords(machine.languages);
  let settings = await readDesktopSettings(dataDir, log);
  let place = await readWindowPlace(dataDir, log);
  let quitWhenDone = false;
  let isSessionOver = false;
  let idleSinceMs: number | null = null;

  const serverUrl = (): string | null => {
    const { state, url } = works.server();
    return state === 'running' ? url : null;
  };
  const facts = (): DeskFacts => ({
    ...{ mode: settings.mode, server: works.server().state, node: works.node().state },
    ...{ queue: works.queue(), lent: works.lent(), lentTasks: works.lentTasks(), pause: pausing.now() },
    ...{ isFinishing: ending.isFinishing(), quitWhenDone, isUpdateReady: updates.isReady() },
  });
  const standing = (): DesktopStanding => {
    const { problem, ...node } = works.node();
    return {
      ...{ settings, secrets: secrets.standing(), fileMenu: fileMenu.isOn() },
      server: works.server(),
      node: { state: node.state, problem, lent: works.lent() },
      pause: pausing.now(),
    };
  };
  let shownUrl: string | null = null;
  const changed = (): void => {
    const now = facts();
    tray.show(trayView(now, words, machine.timeOf));
    front.window()?.progress(taskbarProgress(now));
    awake(keepsAwake(now, { wanted: settings.keepAwake, onBattery: power.monitor.isOnBatteryPower() }));
    idleSinceMs = idleSince(idleSinceMs, now, clock.monotonicMs());
    if (serverUrl() !== shownUrl) {
      shownUrl = serverUrl();
      front.serverMoved();
    }
    front.tell({ kind: 'standing', standing: standing() });
    if (quitWhenDone && isDone(now)) clock.after(doneForMs, quitIfDone);
  };
  const quitIfDone = (): void => {
    const isCalm = idleSinceMs !== null && clock.monotonicMs() - idleSinceMs >= doneForMs;
    if (quitWhenDone && isCalm) ending.end('exit');
  };
  const change = async (next: Partial<DesktopSettings>): Promise<DesktopSettings> => {
    const wanted = { ...settings, ...next };
    if (wanted.autostart !== settings.autostart) await setAutostart(app, machine, wanted.autostart);
    await writeDesktopSettings(dataDir, wanted);
    const isKeptOtherwise = wanted.keychain !== settings.keychain;
    settings = wanted;
    await fileMenu.keep();
    works.wish();
    if (isKeptOtherwise) await keepSecrets();
    changed();
    return settings;
  };
  const chooseMode = async (mode: NonNullable<DesktopSettings['mode']>): Promise<void> => {
    await change({ mode });
    await opened;
    // The keychain may be open by now.
    if (secrets.standing() === 'locked') await keepSecrets();
    await works.retry();
    await works.become(mode);
  };
  const news = (one: WorkNews): void => tell(noticeOf(one, words));

  const secrets = openSecrets({
    ...{ keychain: openKeychain(ports.keychain, machine.platform, log), dataDir, clock, log },
    folders: worksOf('both').map((kind) => workFolder(dataDir, kind)),
    isWanted: () => settings.keychain,
  });
  const keepSecrets = async (): Promise<void> => {
    await secrets.look();
    await works.keepSecrets();
  };
  const renewSecrets = async (): Promise<void> => {
    await secrets.renew();
    await works.keepSecrets();
    changed();
    await works.retry();
  };
  const fileMenu = openFileMenu(machine, { dataDir, isAsked: () => settings.fileMenu, log });
  const works = openWorks({
    ...{ dataDir, clock, log, news, version: machine.version, name: machine.name },
    start: workStarter(ports.fork, desktopLog),
    ...{ settings: () => settings, secrets },
    isPaused: () => pausing.now() !== null,
    changed: () => changed(),
  });
  const pausing = openPausing(clock, (pause) => {
    if (pause === null) works.resume();
    else works.rest();
    changed();
  });
  const ending = openEnding({
    clock,
    stopWork: () => works.become(null),
    killWork: works.kill,
    isWorking: () => cutsShort(facts()),
    ask: async () => quitAnswer((await ports.dialog.showMessageBox(quitQuestion(words))).response),
    quitWhenDone: () => {
      quitWhenDone = true;
      changed();
    },
    changed: () => changed(),
    go: (goal) => {
      tray.destroy();
      front.window()?.destroy();
      if (goal === 'install-update') return updates.install();
      if (goal === 'restart') app.relaunch();
      app.exit(0);
    },
  });
  const sessionEnds = (): void => {
    isSessionOver = true;
    ending.sessionEnds();
  };
  const keepPlace = (next: typeof place & {}): void => {
    place = next;
    writeWindowPlace(dataDir, next).catch((error: unknown) =>
      log.warn({ error: String(error) }, 'where the window stood can’t be kept'),
    );
  };
  const front = openFront({
    serverUrl,
    open: () =>
      openWindow({
        ...{ newWindow: ports.newWindow, shell: ports.shell, preload: preloadFile, icon: null, serverUrl },
        ...{ before: place, screens: ports.screens(), onHidden: keepPlace, mayClose: ending.isOver },
        onSessionEnd: sessionEnds,
        onPageGone: () => front.reload(),
      }),
  });
  const tell = noticeBoard(ports.newNotice, {
    wanted: () => settings.notifications,
    isLooking: () => front.window()?.isLooking() ?? false,
    onClick: (to) => front.show(to),
  });
  const updates = keepUpdated(ports.updater, {
    ...{ log, onReady: () => changed() },
    onInstall: () => ending.end('install-update'),
  });
  const awake = awakeSwitch(power.blocker);
  const act = (action: TrayAction): void => {
    switch (action) {
      case 'open':
        return front.show(null);
      case 'pause':
        return pausing.pause(null);
      case 'pause-hour':
        return pausing.pause(hourMs);
      case 'resume':
        return pausing.resume();
      case 'become-node':
        void chooseMode(alsoLent(settings.mode));
        return front.show(null);
      case 'quit-when-done':
        quitWhenDone = !quitWhenDone;
        return changed();
      case 'restart-to-update':
        return ending.end('install-update');
      case 'quit':
        return ending.quit();
    }
  };
  const tray = showTray({
    ...{ newTray: ports.newTray, onAction: act, onFiles: gate.files },
    imageOf: (icon) => trayImage(icon, machine.platform, machine.resourcesPath),
    first: trayView(facts(), words, machine.timeOf),
  });

  denyPermissions(ports.session, serverUrl);
  ports.protocol.handle(desktopPages.scheme, async (request) => {
    const { status, headers, body } = await screenFile(options.screensFolder, new URL(request.url).pathname);
    return new Response(typeof body === 'string' ? body : Uint8Array.from(body), { status, headers });
  });
  const about = { ...machine.about, canUpdate: ports.updater !== null };
  const handlers = desktopHandlers({
    ...{ dialog: ports.dialog, shell: ports.shell, words, about, standing, chooseMode },
    changeSettings: (wish) => change(given(wish)),
    ...{ pause: pausing.pause, resume: pausing.resume, unpair: works.unpair, outputOf: works.outputOf },
    ...{ takeFilms: front.takeFilms, logPath: desktopLog.path, renewSecrets },
    restart: () => ending.end('restart'),
  });
  answerCalls(ports.ipc, handlers, { isOwn: (url) => isOwnPage(url, serverUrl()), log });

  app.on('before-quit', (event) => {
    // On macOS who holds up a log-off calls it off. What is left of the work then, its watchdog ends.
    if (ending.isOver() || (isSessionOver && machine.platform === 'darwin')) return;
    event.preventDefault();
    ending.quit();
  });
  for (const signal of endSignals) ports.signals.on(signal, () => ending.end('exit'));
  app.on('activate', () => front.show(null));
  // The tray stays.
  app.on('window-all-closed', () => {});
  power.monitor.on('shutdown', sessionEnds);
  power.monitor.on('resume', pausing.look);
  power.monitor.on('on-battery', changed);
  power.monitor.on('on-ac', changed);
  const turn = (): void => {
    if (ending.isFinishing()) return;
    changed();
    const isHidden = front.window()?.isHidden() ?? true;
    updates.turn({ wanted: settings.updates, isHidden, idleSinceMs }, clock.monotonicMs());
    clock.after(turnEveryMs, turn);
  };
  turn();
  void fileMenu.keep();
  // People see the app while the system asks them for the keychain's password.
  const opened = keepSecrets();
  if (!gate.first.isHidden || settings.mode === null) front.show(null);
  gate.open({ arrive: front.arrive, show: () => front.show(null) });
  await opened;
  changed();
  if (!ending.isFinishing()) await works.become(settings.mode);
}

/** What was given, without what was left out. */
function given(wish: Partial<Record<string, unknown>>): Partial<DesktopSettings> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}
