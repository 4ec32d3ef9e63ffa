import { isFilmName } from '#shared/format/film-name.ts';

/** A film on this device, and the folders that it lies in below what was dropped or chosen. */
export type LocalFilm = { file: File; folder: string[] };

/** What was dropped: the files themselves, and all films of folders. Files that are no films by their name are counted. */
export async function droppedFilms(items: DataTransferItemList): Promise<{ films: LocalFilm[]; passedOver: number }> {
  // The list is empty once this event is over.
  const entries = [...items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry === null ? [] : [entry];
  });
  const found = { films: [] as LocalFilm[], passedOver: 0 };
  for (const entry of entries) await gather(entry, [], found);
  return found;
}

/** What was chosen in the browser's own window; of a folder its films alone. */
export function chosenFilms(files: FileList): { films: LocalFilm[]; passedOver: number } {
  const films = [...files].flatMap((file) => {
    const folder = file.webkitRelativePath.split('/').slice(0, -1);
    return folder.length > 0 && !isFilmName(file.name) ? [] : [{ file, folder }];
  });
  return { films, passedOver: files.length - films.length };
}

async function gather(
  entry: FileSystemEntry,
  folder: string[],
  found: { films: LocalFilm[]; passedOver: number },
): Promise<void> {
  if (isFolder(entry)) {
    for (const inner of await entriesOf(entry)) await gather(inner, [...folder, entry.name], found);
    return;
  }
  if (!isFile(entry)) return;
  // What somebody drops by itself is meant, whatever it is called.
  if (folder.length > 0 && (!isFilmName(entry.name) || entry.name.startsWith('.'))) {
    found.passedOver += 1;
    return;
  }
  found.films.push({ file: await fileOf(entry), folder });
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Browsers give a folder in parts, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}
