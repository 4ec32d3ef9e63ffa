import type { BrowserWindowConstructorOptions, MenuItemConstructorOptions } from 'electron';
import type { DesktopPorts, UtilityPort, WindowPort } from '#main/desktop/electron-ports.ts';
import { type ToWork, toWork, type FromWork } from '#main/desktop/work-messages.ts';
import { desktopReply, type DesktopNews, desktopNews } from '#shared/protocol/desktop.ts';
import { keychainStandIn, type StandInChain } from './keychain-stand-in.ts';

/*
 * Electron as far as the shell uses it, which writes down what is asked of it. The compiler compares it with the ports, and in
 * main.ts the ports with Electron's own typings.
 */

type Listener = (...facts: never[]) => void;

/** A process of the work that does nothing by itself: the test says what it tells. */
export type StandInWork = {
  /** What it was started with. */
  args: readonly string[];
  heard: ToWork[];
  /** Says something on stderr. */
  write: (text: string) => void;
  tell: (message: FromWork) => void;
  exit: (code: number) => void;
  isKilled: () => boolean;
};

export type StandIn = {
  ports: DesktopPorts;
  /** What was asked of Electron, in its order: `window.show`. */
  said: string[];
  works: StandInWork[];
  window: () => { options: BrowserWindowConstructorOptions; told: DesktopNews[]; url: () => string } | null;
  /** Lines of the tray's menu that can be clicked. */
  menu: () => readonly MenuItemConstructorOptions[];
  click: (label: string) => void;
  tooltip: () => string;
  notices: { title: string; body: string; click: () => void }[];
  /** Something happens to a part: `app`, `window`, `contents`, `tray`, `power`, `updater`, `signal`. Answers whether it was prevented. */
  happen: (part: string, event: string, ...facts: unknown[]) => boolean;
  /** A page calls; from a page of ours unless said otherwise. */
  call: (call: string, ask?: unknown, frame?: { url: string; parent: unknown } | null) => Promise<unknown>;
  permissions: {
    ask: (permission: string, url: string) => boolean;
    check: (permission: string, url: string) => boolean;
  };
  openWindow: (url: string) => unknown;
  page: (url: string) => Promise<Response>;
  picks: string[];
  /** Presses a button of the question that is open. */
  press: (button: string) => void;
  /** What was asked of the keychain. */
  keychain: string[];
  set: { keychain: StandInChain; onBattery: boolean; isFocused: boolean; isVisible: boolean };
};

/** A machine with one screen, on mains. */
export function electronStandIn(): StandIn {
  const said: string[] = [];
  const listeners = new Map<string, Listener[]>();
  const on =
    (part: string) =>
    (event: string, listener: Listener): void => {
      const key = `${part}.${event}`;
      listeners.set(key, [...(listeners.get(key) ?? []), listener]);
    };
  const works: StandInWork[] = [];
  const notices: StandIn['notices'] = [];
  const set: StandIn['set'] = {
    ...{ keychain: { name: 'login' }, onBattery: false, isFocused: false, isVisible: false },
  };
  let shown: { options: BrowserWindowConstructorOptions; told: DesktopNews[]; url: () => string } | null = null;
  let menu: MenuItemConstructorOptions[] = [];
  let tooltip = '';
  let answer: ((event: { senderFrame: { url: string; parent: unknown } | null }, message: unknown) => unknown) | null =
    null;
  let request: Parameters<DesktopPorts['session']['setPermissionRequestHandler']>[0] | null = null;
  let check: Parameters<DesktopPorts['session']['setPermissionCheckHandler']>[0] | null = null;
  let openHandler: ((details: { url: string }) => unknown) | null = null;
  let page: ((request: { url: string }) => Promise<Response>) | null = null;
  const picks: string[] = [];
  let press: (button: string) => void = () => {};

  const newWindow = (options: BrowserWindowConstructorOptions): WindowPort => {
    let url = '';
    const told: DesktopNews[] = [];
    shown = { options, told, url: () => url };
    return {
      on: on('window'),
      webContents: {
        on: on('contents'),
        setWindowOpenHandler: (handler) => {
          openHandler = handler;
        },
        send: (channel, message) => {
          if (channel !== 'encrew:news') throw new Error(`nobody listens to ${channel}`);
          told.push(desktopNews.parse(message));
        },
        getURL: () => url,
      },
      loadURL: async (next) => {
        url = next;
        said.push(`load ${next}`);
      },
      show: () => {
        set.isVisible = true;
        said.push('show');
      },
      hide: () => {
        set.isVisible = false;
        said.push('hide');
      },
      focus: () => {},
      isFocused: () => set.isFocused,
      isVisible: () => set.isVisible,
      isMinimized: () => false,
      restore: () => {},
      maximize: () => said.push('maximize'),
      isMaximized: () => false,
      getNormalBounds: () => ({ x: 10, y: 20, width: 1_000, height: 700 }),
      setProgressBar: (value, bar) => said.push(`progress ${value} ${bar?.mode ?? ''}`),
      destroy: () => said.push('destroy'),
    };
  };
  const fork = (_path: string, args: readonly string[]): UtilityPort => {
    const part = `work${works.length}`;
    const heard: ToWork[] = [];
    let isKilled = false;
    const emit = (event: string, fact: unknown): void => void happen(part, event, fact);
    works.push({
      ...{ heard, args },
      write: (text) => emit('stderr.data', Buffer.from(text)),
      tell: (message) => emit('message', message),
      exit: (code) => emit('exit', code),
      isKilled: () => isKilled,
    });
    return {
      on: on(part),
      stdout: null,
      stderr: { on: (_event, listener) => on(part)('stderr.data', listener) },
      postMessage: (message) => heard.push(toWork.parse(message)),
      kill: () => {
        isKilled = true;
        emit('exit', 9);
        return true;
      },
    };
  };
  const happen: StandIn['happen'] = (part, event, ...facts) => {
    let isPrevented = false;
    const cancelable = { preventDefault: () => (isPrevented = true) };
    const given = facts.map((fact) =>
      fact === 'event' ? cancelable : part === 'contents' && isDetails(fact) ? { ...fact, ...cancelable } : fact,
    );
    for (const listener of listeners.get(`${part}.${event}`) ?? []) Reflect.apply(listener, null, given);
    return isPrevented;
  };

  const keychain = keychainStandIn(() => set.keychain);
  const ports: DesktopPorts = {
    keychain: keychain.port,
    app: {
      on: on('app'),
      isPackaged: true,
      requestSingleInstanceLock: () => true,
      exit: (code) => said.push(`exit ${code}`),
      relaunch: () => said.push('relaunch'),
      setAsDefaultProtocolClient: () => true,
      setLoginItemSettings: (settings) => said.push(`login ${JSON.stringify(settings)}`),
    },
    newWindow,
    newTray: (image) => {
      said.push(`tray ${image}`);
      return {
        on: on('tray'),
        setToolTip: (text) => {
          tooltip = text;
        },
        setImage: (next) => said.push(`tray ${next}`),
        setMenu: (items) => {
          menu = items;
        },
        destroy: () => said.push('tray gone'),
      };
    },
    newNotice: ({ title = '', body = '' }) => {
      const part = `notice${notices.length}`;
      return { on: on(part), show: () => notices.push({ title, body, click: () => void happen(part, 'click') }) };
    },
    ipc: {
      handle: (_channel, listener) => {
        answer = listener;
      },
    },
    session: {
      setPermissionRequestHandler: (handler) => {
        request = handler;
      },
      setPermissionCheckHandler: (handler) => {
        check = handler;
      },
    },
    dialog: {
      showOpenDialog: async ({ properties = [] }) => {
        said.push(`pick ${properties.join(' ')}`);
        return { canceled: picks.length === 0, filePaths: picks };
      },
      showMessageBox: async ({ message, buttons = [], defaultId, cancelId }) => {
        said.push(`ask ${message} ${JSON.stringify({ buttons, defaultId, cancelId })}`);
        const button = await new Promise<string>((resolve) => (press = resolve));
        return { response: buttons.indexOf(button) };
      },
    },
    shell: {
      openExternal: async (url) => void said.push(`browser ${url}`),
      showItemInFolder: (path) => said.push(`reveal ${path}`),
    },
    power: {
      monitor: { on: on('power'), isOnBatteryPower: () => set.onBattery },
      blocker: {
        start: () => said.push('awake'),
        stop: () => said.push('may sleep'),
      },
    },
    protocol: {
      handle: (_scheme, handler) => {
        page = handler;
      },
    },
    signals: { on: on('signal') },
    screens: () => [{ x: 0, y: 0, width: 1_440, height: 900 }],
    fork,
    updater: {
      ...{ autoDownload: false, autoInstallOnAppQuit: true, on: on('updater') },
      checkForUpdates: async () => void said.push('look for updates'),
      quitAndInstall: () => said.push('install'),
    },
  };
  return {
    ...{ ports, said, works, notices, happen, picks, set, keychain: keychain.asked },
    press: (button) => press(button),
    window: () => shown,
    menu: () => menu,
    tooltip: () => tooltip,
    click: (label) => {
      const item = menu.find((one) => one.label === label);
      if (item?.click === undefined || item.enabled === false) throw new Error(`${label} can't be clicked`);
      Reflect.apply(item.click, null, []);
    },
    call: async (call, ask = null, frame = { url: 'encrew-app://pages/', parent: null }) => {
      const reply = desktopReply.parse(await answer?.({ senderFrame: frame }, { call, ask }));
      return reply.ok ? reply.answer : { fault: reply.fault };
    },
    permissions: {
      ask: (permission, url) => {
        let isAllowed = false;
        request?.({ getURL: () => url }, permission, (given) => {
          isAllowed = given;
        });
        return isAllowed;
      },
      check: (permission, url) => check?.(null, permission, url) ?? false,
    },
    openWindow: (url) => openHandler?.({ url }),
    page: async (url) => {
      if (page === null) throw new Error('there are no pages yet');
      return page({ url });
    },
  };
}

function isDetails(fact: unknown): fact is { url: string } {
  return typeof fact === 'object' && fact !== null && 'url' in fact;
}
