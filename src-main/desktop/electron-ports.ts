import type {
  BrowserWindowConstructorOptions,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NotificationConstructorOptions,
  OpenDialogOptions,
  OpenDialogReturnValue,
  ProgressBarOptions,
  Rectangle,
  Settings,
  WindowOpenHandlerResponse,
} from 'electron';

/*
 * The few parts of Electron that the shell uses, in Electron's own types. Where main.ts hands them over, TypeScript compares each
 * with Electron's typings; tests hand over stand-ins that write down what is asked of them.
 */

type Cancelable = { preventDefault: () => void };

export type AppPort = {
  on: {
    (event: 'second-instance', listener: (event: Cancelable, argv: string[], cwd: string) => void): unknown;
    (event: 'open-file', listener: (event: Cancelable, path: string) => void): unknown;
    (event: 'open-url', listener: (event: Cancelable, url: string) => void): unknown;
    (event: 'before-quit', listener: (event: Cancelable) => void): unknown;
    (event: 'activate', listener: () => void): unknown;
    (event: 'window-all-closed', listener: () => void): unknown;
  };
  isPackaged: boolean;
  requestSingleInstanceLock: () => boolean;
  exit: (code?: number) => void;
  relaunch: () => void;
  setAsDefaultProtocolClient: (scheme: string) => boolean;
  setLoginItemSettings: (settings: Settings) => void;
  /** macOS alone. */
  dock?: { hide: () => void; show: () => Promise<void> } | undefined;
};

export type WebContentsPort = {
  on: {
    (event: 'will-navigate', listener: (details: Cancelable & { url: string }) => void): unknown;
    (event: 'will-redirect', listener: (details: Cancelable & { url: string }) => void): unknown;
    (event: 'will-attach-webview', listener: (event: Cancelable) => void): unknown;
    (event: 'render-process-gone', listener: () => void): unknown;
  };
  setWindowOpenHandler: (handler: (details: { url: string }) => WindowOpenHandlerResponse) => void;
  send: (channel: string, message: unknown) => void;
  getURL: () => string;
};

export type WindowPort = {
  on: {
    (event: 'close', listener: (event: Cancelable) => void): unknown;
    (event: 'session-end', listener: () => void): unknown;
    (event: 'closed', listener: () => void): unknown;
    (event: 'ready-to-show', listener: () => void): unknown;
  };
  webContents: WebContentsPort;
  loadURL: (url: string) => Promise<void>;
  show: () => void;
  hide: () => void;
  focus: () => void;
  isFocused: () => boolean;
  isVisible: () => boolean;
  isMinimized: () => boolean;
  restore: () => void;
  maximize: () => void;
  isMaximized: () => boolean;
  getNormalBounds: () => Rectangle;
  setProgressBar: (value: number, options?: ProgressBarOptions) => void;
  destroy: () => void;
};
export type NewWindow = (options: BrowserWindowConstructorOptions) => WindowPort;

export type TrayPort = {
  on: {
    (event: 'click', listener: () => void): unknown;
    (event: 'drop-files', listener: (event: Cancelable, files: string[]) => void): unknown;
  };
  setToolTip: (text: string) => void;
  setImage: (path: string) => void;
  /** Shows this menu from now on. */
  setMenu: (items: MenuItemConstructorOptions[]) => void;
  destroy: () => void;
};
export type NewTray = (imagePath: string) => TrayPort;

export type NoticePort = {
  on: {
    (event: 'click', listener: () => void): unknown;
    (event: 'close', listener: () => void): unknown;
  };
  show: () => void;
};
export type NewNotice = (options: NotificationConstructorOptions) => NoticePort;

export type IpcPort = { handle: (channel: string, listener: (event: IpcEvent, message: unknown) => unknown) => void };
/** The frame that asks; null where it was closed or went elsewhere since. */
export type IpcEvent = { senderFrame: { url: string; parent: unknown } | null };

export type SessionPort = {
  setPermissionRequestHandler: (
    handler: (contents: { getURL: () => string }, permission: string, answer: (isAllowed: boolean) => void) => void,
  ) => void;
  setPermissionCheckHandler: (handler: (contents: unknown, permission: string, origin: string) => boolean) => void;
};

export type DialogPort = {
  showOpenDialog: (options: OpenDialogOptions) => Promise<OpenDialogReturnValue>;
  /** Answers the number of the button. */
  showMessageBox: (options: MessageBoxOptions) => Promise<{ response: number }>;
};

/** Node's, of this process: nobody is there to be asked. */
export type SignalPort = { on: (signal: EndSignal, listener: () => void) => unknown };
export type EndSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

export type ShellPort = { openExternal: (url: string) => Promise<void>; showItemInFolder: (path: string) => void };

export type PowerPort = {
  monitor: {
    on: {
      (event: 'resume', listener: () => void): unknown;
      (event: 'on-ac', listener: () => void): unknown;
      (event: 'on-battery', listener: () => void): unknown;
      (event: 'shutdown', listener: () => void): unknown;
    };
    isOnBatteryPower: () => boolean;
  };
  blocker: { start: (type: 'prevent-app-suspension') => number; stop: (id: number) => unknown };
};

/** Electron's safeStorage. Available is what it says of a fixed password on Linux, too. */
export type KeychainPort = {
  isAsyncEncryptionAvailable: () => Promise<boolean>;
  encryptStringAsync: (plainText: string) => Promise<Buffer>;
  decryptStringAsync: (encrypted: Buffer) => Promise<{ shouldReEncrypt: boolean; result: string }>;
  /** Linux alone. */
  getSelectedStorageBackend?: (() => string) | undefined;
};

export type ProtocolPort = {
  handle: (scheme: string, answer: (request: { url: string }) => Promise<Response>) => void;
};

export type ForkPort = (modulePath: string, args: string[], options: ForkOptions) => UtilityPort;
export type UtilityPort = {
  on: {
    (event: 'message', listener: (message: unknown) => void): unknown;
    (event: 'exit', listener: (code: number) => void): unknown;
  };
  postMessage: (message: unknown) => void;
  kill: () => boolean;
  stdout: OutputPort | null;
  stderr: OutputPort | null;
};
export type OutputPort = { on: (event: 'data', listener: (chunk: Uint8Array) => void) => unknown };

/** electron-updater's. */
export type UpdaterPort = {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  on: {
    (event: 'update-downloaded', listener: () => void): unknown;
    (event: 'error', listener: (error: Error) => void): unknown;
  };
  checkForUpdates: () => Promise<unknown>;
  quitAndInstall: (isSilent: boolean, isForceRunAfter: boolean) => void;
};

/** All of them. */
export type DesktopPorts = {
  app: AppPort;
  newWindow: NewWindow;
  newTray: NewTray;
  newNotice: NewNotice;
  ipc: IpcPort;
  session: SessionPort;
  dialog: DialogPort;
  signals: SignalPort;
  shell: ShellPort;
  keychain: KeychainPort;
  power: PowerPort;
  protocol: ProtocolPort;
  screens: () => readonly Rectangle[];
  fork: ForkPort;
  /** Null where this package does not update itself (deb, rpm, a checkout). */
  updater: UpdaterPort | null;
};
