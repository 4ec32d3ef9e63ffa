import Sqlite from 'better-sqlite3';
import { codeOf } from '#main/platform/error-code.ts';
import { backupFolder, ownBackups, restoringPath, storePath } from './store-files.ts';

export type StoreFault =
  /** SQLite finds that it isn't whole. */
  | 'damaged'
  /** A database, but none of Encrew. */
  | 'not-ours'
  /** Made by a later version of Encrew. */
  | 'newer'
  /** Its last commits lie there, and it does not. */
  | 'missing'
  | 'restore-unfinished'
  | 'read-only'
  | 'disk-full'
  /** Another process writes, and goes on writing. */
  | 'busy'
  /** The disk fails to read or write. */
  | 'disk-error';

/** Why the database can't be used: `message` is one line with what, why, and what to do. The files are as they were. */
export class StoreUnusable extends Error {
  readonly code: StoreFault;

  constructor(code: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnusable';
    this.code = code;
  }
}

/** The error for a fault of a data folder's database, with the newest backup and how to go back to it. */
export async function storeUnusable(
  dataDir: string,
  code: StoreFault,
  detail: string,
  cause?: unknown,
): Promise<StoreUnusable> {
  const what = whatIsWrong(storePath(dataDir), code, detail);
  const advice = await whatToDo(dataDir, code);
  return new StoreUnusable(code, `${what}: ${advice}`, cause === undefined ? undefined : { cause });
}

/** What SQLite or the system means by an error; null when it is none of these. */
export function storeFaultOf(error: unknown): StoreFault | null {
  const code = codeOf(error) ?? '';
  if (!(error instanceof Sqlite.SqliteError)) return systemFaults[code] ?? null;
  return sqliteFaults.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

const systemFaults: Readonly<Partial<Record<string, StoreFault>>> = {
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EIO: 'disk-error',
};

/** The first that fits. A full disk also shows where SQLite makes its `-shm`. */
const sqliteFaults: readonly (readonly [RegExp, StoreFault])[] = [
  [/^SQLITE_(CORRUPT|NOTADB)/, 'damaged'],
  [/^SQLITE_(FULL|IOERR_SHMSIZE)/, 'disk-full'],
  [/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/, 'read-only'],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy'],
  [/^SQLITE_IOERR/, 'disk-error'],
];

function whatIsWrong(path: string, code: StoreFault, detail: string): string {
  switch (code) {
    case 'damaged':
      return `the database ${path} is damaged (${detail}) and was left as it is`;
    case 'not-ours':
      return `${path} is a database of another program (${detail}) and was left as it is`;
    case 'newer':
      return `the database ${path} was made by a newer Encrew (${detail})`;
    case 'missing':
      return `the database ${path} is gone, while its last changes still lie in ${path}-wal`;
    case 'restore-unfinished':
      return `a restore of ${path} was cut off, or is not done yet`;
    case 'read-only':
      return `the database ${path} can't be opened for writing (${detail})`;
    case 'disk-full':
      return `the disk with ${path} is full`;
    case 'busy':
      return `another process keeps ${path} to itself`;
    case 'disk-error':
      return `the disk with ${path} fails (${detail})`;
  }
}

async function whatToDo(dataDir: string, code: StoreFault): Promise<string> {
  switch (code) {
    case 'newer':
      return `start that version, or go back: ${await goBack(dataDir)}`;
    case 'restore-unfinished':
      return `if none runs, run it again: encrew restore FILE --data ${quoted(dataDir)} (its copy is ${restoringPath(dataDir)})`;
    case 'read-only':
      return 'make the folder and the file writable for this user, or name another --data';
    case 'disk-full':
      return 'make room, then start again; nothing was lost';
    case 'busy':
      return 'end the other process, or try again later';
    case 'not-ours':
      return 'name another --data';
    case 'damaged':
    case 'missing':
    case 'disk-error':
      return goBack(dataDir);
  }
}

async function goBack(dataDir: string): Promise<string> {
  const [newest] = await ownBackups(dataDir).catch(() => []);
  if (newest === undefined)
    return `there is no backup in ${backupFolder(dataDir)}; if you have one elsewhere: encrew restore FILE --data ${quoted(dataDir)}`;
  const madeAt = new Date(newest.writtenAtMs).toISOString();
  return `the newest backup is of ${madeAt}; to go back to it: encrew restore ${quoted(newest.path)} --data ${quoted(dataDir)}`;
}

/** As a POSIX shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w@%+:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
