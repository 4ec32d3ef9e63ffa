import { opendir, stat } from 'node:fs/promises';

/** How the folder at the top of a rule stands. */
export type RootCheck = { isOnline: true; device: string } | { isOnline: false; note: string };

export type KnownRoot = {
  path: string;
  /** Device id of the disk it was last seen on; null before the first time. */
  device: string | null;
  /** Whether files were there when it was last seen. */
  hadFiles: boolean;
};

/**
 * Whether the folder is there, as it was. Where a disk is not mounted its mount point is an empty folder of another disk: that
 * is an absence, not the news that every film was deleted. A folder that lies where it lay and is empty was emptied.
 */
export async function checkRoot({ path, device, hadFiles }: KnownRoot): Promise<RootCheck> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return offline(`${path} is not a folder any more`);
    const now = String(found.dev);
    const isEmpty = await isEmptyFolder(path);
    if (device !== null && device !== now && hadFiles && isEmpty) {
      return offline(`${path} is empty and on another disk than before: its own disk does not seem to be mounted`);
    }
    return { isOnline: true, device: now };
  } catch (error) {
    return offline(whyNot(path, error));
  }
}

function offline(note: string): RootCheck {
  return { isOnline: false, note };
}

/** Hidden names don't count: mount points are often marked by one. */
async function isEmptyFolder(path: string): Promise<boolean> {
  for await (const entry of await opendir(path)) if (!entry.name.startsWith('.')) return false;
  return true;
}

function whyNot(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${path} is not there`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read: change its rights`;
    default:
      return `${path} does not answer (${code})`;
  }
}
