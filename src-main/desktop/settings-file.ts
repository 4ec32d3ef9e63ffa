import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import type { Logger } from '#main/platform/logger.ts';
import { type DesktopSettings, desktopSettings } from '#shared/protocol/desktop.ts';
import { type WindowPlace, windowPlace } from './decide/window-place.ts';

/*
 * What the desktop app keeps for itself in the data folder, for its owner alone.
 */

/** `{data}/desktop.json`. */
export function desktopSettingsPath(dataDir: string): string {
  return join(dataDir, 'desktop.json');
}

/** `{data}/desktop-window.json`: where the window stood. */
export function windowPlacePath(dataDir: string): string {
  return join(dataDir, 'desktop-window.json');
}

/** `{data}/desktop-menus.json`: digests of what was put into the file manager's menu, by the paths there. */
function placedMenusPath(dataDir: string): string {
  return join(dataDir, 'desktop-menus.json');
}

const placedMenus = z.record(z.string(), z.string());

/** Empty where nothing was put there, or nobody knows. */
export async function readPlacedMenus(dataDir: string, log: Logger): Promise<Record<string, string>> {
  return (await readParsed(placedMenusPath(dataDir), placedMenus, log)) ?? {};
}

/** Throws what the system says. */
export async function writePlacedMenus(dataDir: string, placed: Readonly<Record<string, string>>): Promise<void> {
  await write(placedMenusPath(dataDir), placed);
}

/** What was chosen; as at first where there is no file, or one that nobody can read: then people are asked anew. */
export async function readDesktopSettings(dataDir: string, log: Logger): Promise<DesktopSettings> {
  return (await readParsed(desktopSettingsPath(dataDir), desktopSettings, log)) ?? desktopSettings.parse({});
}

/** Throws what the system says; then the file is as it was. */
export async function writeDesktopSettings(dataDir: string, settings: DesktopSettings): Promise<void> {
  await write(desktopSettingsPath(dataDir), settings);
}

/** Null where it never stood anywhere. */
export async function readWindowPlace(dataDir: string, log: Logger): Promise<WindowPlace | null> {
  return readParsed(windowPlacePath(dataDir), windowPlace, log);
}

/** Throws what the system says. */
export async function writeWindowPlace(dataDir: string, place: WindowPlace): Promise<void> {
  await write(windowPlacePath(dataDir), place);
}

async function readParsed<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  log: Logger,
): Promise<z.output<Shape> | null> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') log.warn({ path, error: String(error) }, 'what was chosen can’t be read');
    return null;
  }
}

async function write(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`, undefined, 0o600);
}
