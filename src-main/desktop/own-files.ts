import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrayIcon } from './decide/tray-view.ts';

/* Files of ours that Electron is told of. The bundle replaces what `new URL` names (build/desktop/bundle.mjs). */

export const preloadFile = fileURLToPath(new URL('./preload.ts', import.meta.url));
export const workFile = fileURLToPath(new URL('./work-process.ts', import.meta.url));
const drawnIcons = fileURLToPath(new URL('../../dist/icons/tray', import.meta.url));

/** Of the tray's picture for a state, in the form that the system wants. `resourcesPath` is null outside of a package. */
export function trayImage(icon: TrayIcon, platform: NodeJS.Platform, resourcesPath: string | null): string {
  const folder = resourcesPath === null ? drawnIcons : join(resourcesPath, 'icons');
  return join(folder, `tray-${icon}${platform === 'win32' ? '.ico' : platform === 'darwin' ? 'Template.png' : '.png'}`);
}
