import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type DesktopBridge, desktopChannels, desktopPages } from '#shared/protocol/desktop-bridge.ts';

/*
 * All that a page sees of the shell: `window.desktop`. It runs in the page's sandbox, has no power of its own, and hands over
 * plain values; both ends parse them.
 */

/** Of the page. */
declare const location: { readonly origin: string };

const bridge: DesktopBridge<File> = {
  isOwnPage: location.origin === desktopPages.origin,
  call: ({ call, ask }) => ipcRenderer.invoke(desktopChannels.call, { call, ask }),
  listen: (listener) => {
    const hear = (_event: unknown, news: unknown): void => listener(news);
    ipcRenderer.on(desktopChannels.news, hear);
    return () => {
      ipcRenderer.off(desktopChannels.news, hear);
    };
  },
  pathOf: (file) => webUtils.getPathForFile(file),
};
contextBridge.exposeInMainWorld('desktop', bridge);
