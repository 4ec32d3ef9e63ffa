import { delimiter, isAbsolute, resolve } from 'node:path';
import { type Settings, settings } from '#shared/model/settings.ts';

/*
 * Where settings come from: flags go before the environment, that before settings.json, that before the defaults. A fault in any
 * of them is told with the place it is in, also where another source goes before it: it would come to light at the worst moment.
 */

export type SettingKey = keyof Settings;
export type SettingOrigin = 'default' | 'file' | 'environment' | 'flag';

export type SettingSources = {
  flags: Partial<Settings>;
  environment: NodeJS.ProcessEnv;
  /** What settings.json holds, parsed; an empty object where there is none. */
  file: Readonly<Record<string, unknown>>;
};

/** `where` names the source for people: `the flag --port`, `ENCREW_PORT`, `settings.json`. */
export type SettingFault = { origin: SettingOrigin; where: string; key: string; message: string };

export type SettingsRead = {
  settings: Settings;
  /** What is not in it is as it is by default. */
  origins: Readonly<Partial<Record<SettingKey, SettingOrigin>>>;
};

export const settingKeys = settings.keyof().options;

/** Reads all sources, or says everything that is wrong with them. Relative roots of a command line are below where it was given. */
export function readSettings(
  sources: SettingSources,
): ({ ok: true } & SettingsRead) | { ok: false; faults: SettingFault[] } {
  const faults = unknownKeys(sources.file);
  const chosen: Record<string, unknown> = {};
  const origins: Partial<Record<SettingKey, SettingOrigin>> = {};
  for (const key of settingKeys) {
    for (const { origin, value } of valuesOf(key, sources)) {
      const parsed = settings.shape[key].safeParse(value);
      const messages = parsed.success ? placeFaults(key, value) : parsed.error.issues.map(issueText);
      faults.push(...messages.map((message) => ({ origin, where: whereOf(key, origin), key, message })));
      chosen[key] = parsed.data;
      origins[key] = origin;
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, settings: settings.parse(chosen), origins };
}

/** One line for all of them. */
export function settingFaultText(faults: readonly SettingFault[]): string {
  return faults.map(({ where, key, message }) => `${where}: ${key} ${message}`).join('; ');
}

/** `logLevel` as `ENCREW_LOG_LEVEL`. */
export function environmentName(key: SettingKey): string {
  // ENCREW_NODE names the Node.js to run on.
  if (key === 'node') return 'ENCREW_OWN_NODE';
  return `ENCREW_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** What a source is called where people are told of it. */
export function whereOf(key: SettingKey, origin: SettingOrigin): string {
  switch (origin) {
    case 'flag':
      return `the flag ${flagNames[key] ?? key}`;
    case 'environment':
      return environmentName(key);
    case 'file':
      return 'settings.json';
    case 'default':
      return 'the default';
  }
}

const flagNames: Partial<Record<SettingKey, string>> = {
  host: '--host',
  port: '--port',
  roots: '--root',
  node: '--no-node',
  mdns: '--no-mdns',
  open: '--no-open',
};

/** From the weakest source to the strongest. */
function valuesOf(
  key: SettingKey,
  { flags, environment, file }: SettingSources,
): { origin: SettingOrigin; value: unknown }[] {
  // Compose files set variables to nothing where they mean to leave them out.
  const text = environment[environmentName(key)] ?? '';
  return [
    ...(Object.hasOwn(file, key) ? [{ origin: 'file' as const, value: file[key] }] : []),
    ...(text === '' ? [] : [{ origin: 'environment' as const, value: fromHere(key, valueOfText[key](text)) }]),
    ...(flags[key] === undefined ? [] : [{ origin: 'flag' as const, value: fromHere(key, flags[key]) }]),
  ];
}

/** What is no value of its kind stays text, and the schema says what is wrong with it. */
const valueOfText: Readonly<Record<SettingKey, (text: string) => unknown>> = {
  host: (text) => text,
  port: numberOf,
  roots: (text) => text.split(delimiter).filter((path) => path !== ''),
  node: booleanOf,
  mdns: booleanOf,
  open: booleanOf,
  logLevel: (text) => text.toLowerCase(),
  schedule: jsonOf,
  jobTtlHours: (text) => (text.toLowerCase() === 'none' ? null : numberOf(text)),
  jobsAtOnce: numberOf,
  keepEventsDays: numberOf,
  allowPrivateWebhooks: booleanOf,
  fetchFrom: (text) => text.toLowerCase(),
  allowedOrigins: (text) => text.split(',').map((origin) => origin.trim()),
};

function numberOf(text: string): unknown {
  return /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

function booleanOf(text: string): unknown {
  const word = text.trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  return ['false', '0', 'no', 'off'].includes(word) ? false : text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function fromHere(key: SettingKey, value: unknown): unknown {
  if (key !== 'roots' || !Array.isArray(value)) return value;
  return value.map((path: unknown) => (typeof path === 'string' && path !== '' ? resolve(path) : path));
}

/** A file is read from anywhere: a relative path in it means nothing. */
function placeFaults(key: SettingKey, value: unknown): string[] {
  if (key !== 'roots' || !Array.isArray(value)) return [];
  return value.flatMap((path: unknown) =>
    typeof path === 'string' && isAbsolute(path) ? [] : [`has ${JSON.stringify(path)}, which is not an absolute path`],
  );
}

/** A misspelt `roots` that is passed over in silence would open the whole machine. */
function unknownKeys(file: Readonly<Record<string, unknown>>): SettingFault[] {
  return Object.keys(file)
    .filter((key) => !Object.hasOwn(settings.shape, key))
    .map((key) => ({
      ...{ origin: 'file' as const, where: whereOf('host', 'file'), key },
      message: `is no setting: use one of ${settingKeys.join(', ')}`,
    }));
}

function issueText({ path, message }: { path: readonly PropertyKey[]; message: string }): string {
  return path.length === 0 ? `is wrong: ${message}` : `is wrong at ${path.join('.')}: ${message}`;
}
