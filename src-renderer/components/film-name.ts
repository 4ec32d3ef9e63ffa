/** A path as people read it: the film's name, and the folder it lies in. Both kinds of slashes, for the server may run anywhere. */
export function filmName(path: string): { name: string; folder: string } {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const file = path.slice(cut + 1);
  const dot = file.lastIndexOf('.');
  return { name: dot > 0 ? file.slice(0, dot) : file, folder: cut > 0 ? path.slice(0, cut) : '' };
}
