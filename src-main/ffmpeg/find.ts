import { access, constants, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '#main/platform/logger.ts';
import { installCommand } from './install-command.ts';
import { type FfmpegPaths, runFfmpeg } from './run.ts';

/** A pair of programs of one origin, proven to start. */
export type FfmpegTools = FfmpegPaths & {
  /** As FFmpeg spells it (`5.1.9-0+deb12u1`, `7.1`, `N-118000-g...`). */
  version: string;
  origin: 'setting' | 'bundled' | 'system';
  /** The `configuration:` line: which build this is. */
  configuration: string;
};

/** Paths that the user gave. One alone is enough when the other lies beside it. */
export type FfmpegSetting = { ffmpeg?: string | undefined; ffprobe?: string | undefined };

/** `message` is one line: what, why, what to do. */
export class FfmpegNotFound extends Error {
  readonly code: 'ffmpeg-not-found' | 'ffmpeg-setting-unusable';

  constructor(code: FfmpegNotFound['code'], message: string) {
    super(message);
    this.name = 'FfmpegNotFound';
    this.code = code;
  }
}

/**
 * Finds FFmpeg: the user's setting (`setting`, else ENCREW_FFMPEG and ENCREW_FFPROBE), the bundled one, the system's.
 * A setting that doesn't work is an error and never replaced silently. Throws FfmpegNotFound.
 */
export async function findFfmpeg(
  wish: { setting?: FfmpegSetting | undefined; environment?: NodeJS.ProcessEnv | undefined } = {},
): Promise<FfmpegTools> {
  const environment = wish.environment ?? process.env;
  const setting = {
    ffmpeg: wish.setting?.ffmpeg ?? nonEmpty(environment['ENCREW_FFMPEG']),
    ffprobe: wish.setting?.ffprobe ?? nonEmpty(environment['ENCREW_FFPROBE']),
  };
  if (setting.ffmpeg !== undefined || setting.ffprobe !== undefined) return fromSetting(setting, environment);

  for (const pair of await bundledPairs()) {
    const tools = await proven(pair, 'bundled');
    if (tools !== null) return tools;
  }
  const system = { ffmpegPath: await onPath('ffmpeg', environment), ffprobePath: await onPath('ffprobe', environment) };
  const tools = await proven(system, 'system');
  if (tools !== null) return tools;
  throw new FfmpegNotFound(
    'ffmpeg-not-found',
    `FFmpeg was not found: no working ffmpeg and ffprobe on PATH. Install them with: ${installCommand(process.platform, await osRelease())}`,
  );
}

type Pair = { ffmpegPath: string | null; ffprobePath: string | null };

async function fromSetting(setting: FfmpegSetting, environment: NodeJS.ProcessEnv): Promise<FfmpegTools> {
  const beside = dirname(setting.ffmpeg ?? setting.ffprobe ?? '');
  const besideOrPath = async (name: string): Promise<string | null> =>
    (await executable(join(beside, programFile(name)))) ?? (await onPath(name, environment));
  const pair = {
    ffmpegPath: setting.ffmpeg ?? (await besideOrPath('ffmpeg')),
    ffprobePath: setting.ffprobe ?? (await besideOrPath('ffprobe')),
  };
  const tools = await proven(pair, 'setting');
  if (tools !== null) return tools;
  const named = [setting.ffmpeg, setting.ffprobe].filter((path) => path !== undefined).join(' and ');
  throw new FfmpegNotFound(
    'ffmpeg-setting-unusable',
    `The FFmpeg set by you does not work: ${named} does not answer -version together with its partner. Correct the setting (ENCREW_FFMPEG, ENCREW_FFPROBE) or remove it`,
  );
}

/** npm's static builds when someone installed them, and what a packed app carries in its resources. */
async function bundledPairs(): Promise<Pair[]> {
  const inFolder = (folder: string): Pair => ({
    ffmpegPath: join(folder, programFile('ffmpeg')),
    ffprobePath: join(folder, programFile('ffprobe')),
  });
  const beside = fileURLToPath(new URL(`../../resources/ffmpeg/${process.platform}-${process.arch}/`, import.meta.url));
  const packed = packedResources(fileURLToPath(import.meta.url));
  return [
    { ffmpegPath: await staticPackagePath('ffmpeg-static'), ffprobePath: await staticPackagePath('ffprobe-static') },
    ...(packed === null ? [] : [inFolder(join(packed, 'ffmpeg'))]),
    inFolder(beside),
  ];
}

/** Where a packed app's resources are, whose archive holds this file; null elsewhere. */
function packedResources(ownFile: string): string | null {
  // Not by process.resourcesPath: Electron's own processes have it, those that run as Node don't.
  return /^(.*)[\\/]app\.asar[\\/]/.exec(ownFile)?.[1] ?? null;
}

/** `ffmpeg-static` exports the path itself, `ffprobe-static` an object with `path`. */
async function staticPackagePath(packageName: string): Promise<string | null> {
  try {
    const module: unknown = await import(packageName);
    const exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : null;
    if (typeof exported === 'string') return exported;
    const isObject = typeof exported === 'object' && exported !== null;
    return isObject && 'path' in exported && typeof exported.path === 'string' ? exported.path : null;
  } catch {
    return null;
  }
}

/** Null unless both exist and answer. */
async function proven(pair: Pair, origin: FfmpegTools['origin']): Promise<FfmpegTools | null> {
  if (pair.ffmpegPath === null || pair.ffprobePath === null) return null;
  const ffmpegPath = await executable(pair.ffmpegPath);
  const ffprobePath = await executable(pair.ffprobePath);
  if (ffmpegPath === null || ffprobePath === null) return null;
  const about = await versionOf('ffmpeg', ffmpegPath);
  const aboutProbe = await versionOf('ffprobe', ffprobePath);
  return about === null || aboutProbe === null ? null : { ffmpegPath, ffprobePath, origin, ...about };
}

const answerTimeoutMs = 20_000;

async function versionOf(
  tool: 'ffmpeg' | 'ffprobe',
  path: string,
): Promise<{ version: string; configuration: string } | null> {
  const outcome = await runFfmpeg(
    { tool, args: ['-version'], cwd: tmpdir() },
    {
      tools: { ffmpegPath: path, ffprobePath: path },
      signal: AbortSignal.timeout(answerTimeoutMs),
      log: silentLogger,
    },
  );
  const version = new RegExp(`^${tool} version (\\S+)`).exec(outcome.stdout)?.[1];
  if (!outcome.ok || version === undefined) return null;
  return { version, configuration: /^configuration: ?(.*)$/m.exec(outcome.stdout)?.[1]?.trim() ?? '' };
}

async function onPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter)) {
    const found = folder === '' ? null : await executable(join(folder, programFile(name)));
    if (found !== null) return found;
  }
  return null;
}

async function executable(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}

async function osRelease(): Promise<string> {
  try {
    return await readFile('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

function programFile(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
