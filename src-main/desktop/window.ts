import type { NewWindow, SessionPort, ShellPort, WindowPort } from './electron-ports.ts';
import { type DesktopNews } from '#shared/protocol/desktop.ts';
import { desktopChannels } from '#shared/protocol/desktop-bridge.ts';
import { isOwnPage, isWebPage } from './decide/own-page.ts';
import type { TaskbarProgress } from './decide/taskbar-progress.ts';
import { leastSize, placeWindow, type Area, type WindowPlace } from './decide/window-place.ts';

export type WindowOptions = {
  newWindow: NewWindow;
  shell: Pick<ShellPort, 'openExternal'>;
  /** Of the preload script. */
  preload: string;
  icon: string | null;
  before: WindowPlace | null;
  screens: readonly Area[];
  /** Of the server that runs here. */
  serverUrl: () => string | null;
  /** False hides the window instead of closing it: the tray brings it back. */
  mayClose: () => boolean;
  onHidden: (place: WindowPlace) => void;
  /** Windows ends the session. */
  onSessionEnd: () => void;
  /** The page's process died; the window is empty. */
  onPageGone: () => void;
};

export type DeskWindow = {
  show: () => void;
  load: (url: string) => void;
  /** The address that is shown. */
  url: () => string;
  tell: (news: DesktopNews) => void;
  isLooking: () => boolean;
  isHidden: () => boolean;
  progress: (progress: TaskbarProgress) => void;
  place: () => WindowPlace;
  destroy: () => void;
};

/** The one window: pages of ours in a sandbox, and nothing else in it, whatever a page asks for. */
export function openWindow(options: WindowOptions): DeskWindow {
  const { isMaximized, ...bounds } = placeWindow(options.before, options.screens);
  const window = options.newWindow({
    ...bounds,
    ...{ minWidth: leastSize.width, minHeight: leastSize.height },
    ...{ show: false, autoHideMenuBar: true, title: 'Encrew' },
    ...(options.icon === null ? {} : { icon: options.icon }),
    webPreferences: {
      preload: options.preload,
      ...{ contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInWorker: false },
      ...{ webSecurity: true, webviewTag: false, allowRunningInsecureContent: false, navigateOnDragDrop: false },
      spellcheck: false,
    },
  });
  if (isMaximized) window.maximize();
  lockIn(window, options);
  const place = (): WindowPlace => ({ ...whole(window.getNormalBounds()), isMaximized: window.isMaximized() });
  window.on('close', (event) => {
    options.onHidden(place());
    if (options.mayClose()) return;
    event.preventDefault();
    window.hide();
  });
  window.on('session-end', options.onSessionEnd);
  window.webContents.on('render-process-gone', options.onPageGone);
  return {
    show: () => {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    // What fails is shown by the page that is loaded next: the server's state decides.
    load: (url) => void window.loadURL(url).catch(() => {}),
    url: () => window.webContents.getURL(),
    tell: (news) => window.webContents.send(desktopChannels.news, news),
    isLooking: () => window.isFocused(),
    isHidden: () => !window.isVisible() || window.isMinimized(),
    progress: ({ value, mode }) => window.setProgressBar(value, { mode }),
    place,
    destroy: () => window.destroy(),
  };
}

function lockIn(window: WindowPort, { serverUrl, shell }: WindowOptions): void {
  const { webContents } = window;
  const stay = (event: { url: string; preventDefault: () => void }): void => {
    const { url } = event;
    if (isOwnPage(url, serverUrl())) return;
    event.preventDefault();
    if (isWebPage(url)) void shell.openExternal(url).catch(() => {});
  };
  webContents.on('will-navigate', stay);
  webContents.on('will-redirect', stay);
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(({ url }) => {
    if (isWebPage(url)) void shell.openExternal(url).catch(() => {});
    return { action: 'deny' };
  });
}

/** What a page of ours needs: a film over the whole screen, and what its copy buttons copy. */
const allowed: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write']);

/** Whatever else a page could ask for (camera, places, devices, notifications) is denied. */
export function denyPermissions(session: SessionPort, serverUrl: () => string | null): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(allowed.has(permission) && isOwnPage(contents.getURL(), serverUrl())),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => {
    return allowed.has(permission) && isOwnPage(origin, serverUrl());
  });
}

function whole({ x, y, width, height }: Area): Area {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}
