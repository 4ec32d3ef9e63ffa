import { relative, sep } from 'node:path';
import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';
import { codeOf } from '#main/platform/error-code.ts';
import { passedOverName } from './name-rules.ts';

/*
 * Quick notice of what changes in a watch folder. It is a hint and nothing else: whoever hears it looks for himself, and a
 * scan finds what nobody told of, as on network disks, which tell of nothing.
 */

export type FolderWatch = {
  /** Paths at which something happened since the last call; `''` stands for anything in the folder. */
  take(): string[];
  /** Why there is no notice any more; null while there is. */
  fault(): string | null;
  close(): Promise<void>;
};

/** chokidar's, or what a test puts in its place. */
export type OpenWatcher = (path: string, options: ChokidarOptions) => FSWatcher;

export type WatchOptions = {
  exclude: readonly string[];
  open?: OpenWatcher;
};

/** More hints than these are answered by a scan. */
const mostHints = 5000;

/** Watches the folders below `root`: one mark in memory for each folder, none for a file. */
export function watchFolder(root: string, { exclude, open = watch }: WatchOptions): FolderWatch {
  const excluded = new Set(exclude);
  let hints = new Set<string>();
  let fault: string | null = null;

  const isPassedOver = (path: string): boolean => {
    const inner = innerPath(root, path);
    if (inner === null || inner === '') return false;
    return excluded.has(inner) || passedOverName(inner.slice(inner.lastIndexOf('/') + 1), 'folder') !== null;
  };
  const notice = (path: string): void => {
    const inner = innerPath(root, path);
    if (inner === null) return;
    hints.add(inner);
    if (hints.size > mostHints) hints = new Set(['']);
  };

  const watcher = open(root, {
    ignored: (path, stats) => stats?.isFile() === true || isPassedOver(path),
    ignoreInitial: true,
    followSymlinks: false,
    // These two look at files by themselves, over and over.
    atomic: false,
    awaitWriteFinish: false,
  });
  // Files are not watched one by one; the news of their folders names them.
  watcher.on('raw', (_event, name, details: unknown) => {
    const folder = watchedPath(details);
    if (folder !== null) notice(typeof name === 'string' && name !== '' ? `${folder}${sep}${name}` : folder);
  });
  watcher.on('addDir', (path) => notice(path));
  watcher.on('unlinkDir', (path) => notice(path));
  watcher.on('error', (error) => {
    const code = codeOf(error);
    // A single folder that may not be read is no fault of the watch.
    if (!isExhausted(code)) return;
    fault ??= `the system watches no more folders (${code}): changes are found by scans; raise fs.inotify.max_user_watches`;
  });

  return {
    take: () => {
      const taken = [...hints];
      hints = new Set();
      return taken;
    },
    fault: () => fault,
    close: () => watcher.close(),
  };
}

function isExhausted(code: string | null): boolean {
  return code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE';
}

/** Relative, with slashes; null for what lies outside. */
function innerPath(root: string, path: string): string | null {
  const inner = relative(root, path).split(sep).join('/');
  return inner === '..' || inner.startsWith('../') ? null : inner;
}

/** chokidar says with its raw news which folder they are from. */
function watchedPath(details: unknown): string | null {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return null;
  return typeof details.watchedPath === 'string' ? details.watchedPath : null;
}
