import { createHash } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '#shared/model/settings.ts';
import type { Logger } from './logger.ts';
import { readSettingsFile, settingsPath, writeSettingsFile } from './settings-file.ts';
import {
  readSettings,
  type SettingFault,
  settingFaultText,
  type SettingKey,
  settingKeys,
  type SettingOrigin,
  whereOf,
} from './settings-sources.ts';

/*
 * The settings of a running server. A change by hand or by the API takes effect without a restart, but for what was needed to
 * start; a file that has become unreadable changes nothing and is told.
 */

/** Read once, when the server starts. */
export const restartKeys: ReadonlySet<SettingKey> = new Set(['host', 'port', 'node', 'mdns', 'open']);

export type SettingState = {
  key: SettingKey;
  /** As it is set. */
  value: unknown;
  /** As the server goes by it; another one where it was changed and needs a restart. */
  active: unknown;
  origin: SettingOrigin;
};

export type SettingsChange = { keys: readonly SettingKey[]; settings: Settings };

export type SettingsPatched =
  | { ok: true }
  | { ok: false; because: 'stale' }
  /** The file was broken by hand: it is not written over. */
  | { ok: false; because: 'broken'; message: string }
  | { ok: false; because: 'held'; message: string }
  | { ok: false; because: 'faults'; faults: readonly SettingFault[] };

export type SettingsBook = {
  /** What the server goes by. */
  current: () => Settings;
  states: () => SettingState[];
  /** What sets it before the file does (`the flag --root`), so that `patch` can't; null where it can. */
  heldBy: (key: SettingKey) => string | null;
  /** Of all that `states` and `problem` tell: another one whenever they tell something else. */
  version: () => string;
  /** What is wrong with the file at present; null when nothing is. */
  problem: () => string | null;
  /** Writes the file; null takes a key out of it. `version` is the one that the change was made from, null for any. */
  patch: (changes: Readonly<Record<string, unknown>>, version: string | null) => Promise<SettingsPatched>;
  /** Reads the file again; the watch calls it. */
  reload: () => Promise<void>;
  /** Hears of each change that has taken effect; the answer ends it. */
  onChange: (listener: (change: SettingsChange) => void) => () => void;
  close: () => void;
};

export type SettingsBookOptions = {
  dataDir: string;
  flags: Partial<Settings>;
  environment: NodeJS.ProcessEnv;
  log: Logger;
  /** How often the file is looked at; 0 never. */
  watchMs?: number;
};

/** Reads the settings that a server starts with, and keeps them up to date. `message` is one line: what is wrong where. */
export async function openSettings(
  options: SettingsBookOptions,
): Promise<{ ok: true; book: SettingsBook } | { ok: false; message: string }> {
  const { dataDir, flags, environment, log, watchMs = 1_000 } = options;
  const path = settingsPath(dataDir);
  const first = await readAll();
  if (!first.ok) return first;
  const started = first.read.settings;
  let { read } = first;
  let problem: string | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(change: SettingsChange) => void>();

  const activeOf = (wanted: Settings): Settings => {
    const atStart = Object.fromEntries([...restartKeys].map((key) => [key, started[key]]));
    return { ...wanted, ...atStart };
  };
  const states = (): SettingState[] => {
    const active = activeOf(read.settings);
    return settingKeys.map((key) => ({
      ...{ key, value: read.settings[key], active: active[key] },
      origin: read.origins[key] ?? 'default',
    }));
  };
  const take = (next: typeof read): void => {
    const [before, after] = [activeOf(read.settings), activeOf(next.settings)];
    const keys = settingKeys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
    const waiting = [...restartKeys].filter((key) => !isDeepStrictEqual(read.settings[key], next.settings[key]));
    read = next;
    problem = null;
    if (waiting.length > 0) log.warn({ keys: waiting }, 'these settings take effect when the server starts again');
    if (keys.length === 0) return;
    log.info({ keys }, 'settings have changed');
    for (const listener of listeners) listener({ keys, settings: after });
  };
  /** One after the other: who writes has read what he changes. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const reload = (): Promise<void> =>
    inTurn(async () => {
      const next = await readAll();
      if (next.ok) {
        take(next.read);
        return;
      }
      if (problem !== next.message) {
        log.error({ path, problem: next.message }, 'the settings file is broken: what was set before stays');
      }
      problem = next.message;
    });

  async function readAll() {
    const file = await readSettingsFile(path);
    if (!file.ok) return file;
    const found = readSettings({ flags, environment, file: file.values });
    if (found.ok) return { ok: true as const, read: found, values: file.values };
    const faults = found.faults.map((fault) => (fault.origin === 'file' ? { ...fault, where: path } : fault));
    return { ok: false as const, message: settingFaultText(faults) };
  }

  async function patch(changes: Readonly<Record<string, unknown>>, version: string | null): Promise<SettingsPatched> {
    const now = await readAll();
    if (!now.ok) return { ok: false, because: 'broken', message: now.message };
    take(now.read);
    if (version !== null && version !== versionOf(states(), problem)) return { ok: false, because: 'stale' };
    const held = heldText(changes, read.origins);
    if (held !== null) return { ok: false, because: 'held', message: held };
    const values = Object.fromEntries(
      Object.entries({ ...now.values, ...changes }).filter(
        ([key, value]) => value !== null || !Object.hasOwn(changes, key),
      ),
    );
    const next = readSettings({ flags, environment, file: values });
    if (!next.ok) return { ok: false, because: 'faults', faults: next.faults };
    await writeSettingsFile(path, values);
    take(next);
    return { ok: true };
  }

  const look = (): void =>
    void reload().catch((error: unknown) => log.error({ path, error: String(error) }, 'settings'));
  // Looked at by its name: a file that is replaced, made or mounted anew is found all the same, which the system's own news miss.
  if (watchMs > 0) watchFile(path, { interval: watchMs, persistent: false }, look);
  const book: SettingsBook = {
    current: () => activeOf(read.settings),
    states,
    version: () => versionOf(states(), problem),
    heldBy: (key) => holderOf(key, read.origins),
    problem: () => problem,
    patch: (changes, version) => inTurn(() => patch(changes, version)),
    reload,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => unwatchFile(path, look),
  };
  return { ok: true, book };
}

/** A flag or a variable goes before the file: to write the key there would change nothing. */
function heldText(
  changes: Readonly<Record<string, unknown>>,
  origins: Readonly<Partial<Record<SettingKey, SettingOrigin>>>,
): string | null {
  for (const key of settingKeys) {
    const holder = Object.hasOwn(changes, key) ? holderOf(key, origins) : null;
    if (holder !== null) return `${key} is set by ${holder}, which goes before the file: change it there`;
  }
  return null;
}

function holderOf(key: SettingKey, origins: Readonly<Partial<Record<SettingKey, SettingOrigin>>>): string | null {
  const origin = origins[key];
  return origin === 'flag' || origin === 'environment' ? whereOf(key, origin) : null;
}

function versionOf(states: readonly SettingState[], problem: string | null): string {
  return createHash('sha256')
    .update(JSON.stringify([states, problem]))
    .digest('base64url')
    .slice(0, 22);
}
