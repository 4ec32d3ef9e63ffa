/**
 * The URI of a file, given by its path relative to the playlist (`subtitles/My Film.eng.full.m3u8`). A path with a
 * space, `#`, `?` or `%` is not a URI (RFC 3986): each name is percent-encoded, the slashes stay. `'`, `(`, `)`, `!` and
 * `*` are legal as they are. A colon is encoded, or the first name would read as a scheme.
 */
export function packageUri(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The path from the folder of one file of a package to another; both relative to the package, with slashes. */
export function relativePath(fromFile: string, toFile: string): string {
  const from = fromFile.split('/').slice(0, -1);
  const to = toFile.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
