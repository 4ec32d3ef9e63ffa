import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readPlaylist } from './observe-hls.ts';
import { type PackageFile, packageFiles } from './package-files.ts';

export type FoundPackage =
  | {
      kind: 'hls';
      root: string;
      files: Map<string, PackageFile>;
      /** The master playlist, or a lone media playlist. */
      entry: string;
      /** Other master playlists beside the chosen one. */
      otherMasters: string[];
    }
  | { kind: 'mp4' | 'mkv'; root: string; fileName: string };

/** A path that no package is at; `message` is one line: what, why, what to do. */
export class NotAPackage extends Error {
  readonly code: 'not-found' | 'not-readable' | 'not-a-package';

  constructor(code: NotAPackage['code'], message: string) {
    super(message);
    this.name = 'NotAPackage';
    this.code = code;
  }
}

/** What lies at `path`: a folder with an HLS package, its playlist, an MP4 or an MKV. Throws NotAPackage. */
export async function findPackage(path: string): Promise<FoundPackage> {
  const real = await orRefuse(path, () => realpath(path));
  const about = await orRefuse(path, () => stat(real));
  if (about.isDirectory()) return inFolder(path, real, null);
  if (!about.isFile()) throw new NotAPackage('not-a-package', `${path} is neither a folder nor a file`);
  if (/\.m3u8?$/i.test(real)) return inFolder(path, dirname(real), basename(real));
  const kind = kindOf(await orRefuse(path, () => firstBytes(real)));
  if (kind === null) {
    throw new NotAPackage(
      'not-a-package',
      `${path} is no HLS package, MP4 or MKV: give a folder, an .m3u8, .mp4 or .mkv`,
    );
  }
  return { kind, root: dirname(real), fileName: basename(real) };
}

async function inFolder(path: string, root: string, wanted: string | null): Promise<FoundPackage> {
  const files = await orRefuse(path, () => packageFiles(root));
  const names = [...files.keys()].filter((name) => /^[^/]+\.m3u8?$/i.test(name));
  const masters: string[] = [];
  const lone: string[] = [];
  for (const name of names) {
    const playlist = await readPlaylist(files, name);
    if (playlist?.kind === 'master') masters.push(name);
    else if (playlist !== null) lone.push(name);
  }
  if (wanted !== null) {
    if (!masters.includes(wanted) && !lone.includes(wanted)) {
      throw new NotAPackage('not-a-package', `${path} is no HLS playlist: it does not begin with #EXTM3U`);
    }
    return { kind: 'hls', root, files, entry: wanted, otherMasters: [] };
  }
  // `{name}/{name}.m3u8` is where S1 puts it.
  const preferred = masters.find((name) => name === `${basename(root)}.m3u8`) ?? masters[0] ?? lone[0];
  if (preferred === undefined) {
    throw new NotAPackage(
      'not-a-package',
      `${path} holds no HLS playlist: give a package folder, or an MP4 or MKV file`,
    );
  }
  return { kind: 'hls', root, files, entry: preferred, otherMasters: masters.filter((name) => name !== preferred) };
}

/** By content: names lie. */
function kindOf(head: Uint8Array): 'mp4' | 'mkv' | null {
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) return 'mkv';
  const type = String.fromCharCode(...head.subarray(4, 8));
  return ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide'].includes(type) ? 'mp4' : null;
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(12), 0, 12, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function orRefuse<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new NotAPackage('not-found', `${path} is not there`);
    if (code === 'EACCES' || code === 'EPERM') throw new NotAPackage('not-readable', `${path} may not be read`);
    throw error;
  }
}
