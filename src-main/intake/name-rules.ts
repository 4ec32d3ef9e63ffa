import { isFilmName } from '#shared/format/film-name.ts';

/** Why a scan goes past something. */
export type PassedOver =
  | 'hidden'
  | 'unfinished'
  | 'not-a-film'
  | 'link'
  | 'odd-name'
  | 'excluded'
  | 'package'
  | 'unreadable';

/** Names that browsers, torrent clients, copy programs and editors give to what is not complete. */
const unfinished = /(?:\.(?:part|partial|crdownload|download|!qb|!ut|bc!|aria2|filepart|opdownload|tmp|temp)|~)$/i;

/** Why a name is passed over wherever it is; null when it isn't. Ours (`.encrew-...`) are hidden ones. */
export function passedOverName(name: string, kind: 'file' | 'folder'): PassedOver | null {
  // What a system can't put into Unicode can't be opened by that name again.
  if (!name.isWellFormed() || name.includes('\uFFFD')) return 'odd-name';
  if (name.startsWith('.') || systemFolders.has(name)) return 'hidden';
  if (unfinished.test(name)) return 'unfinished';
  return kind === 'folder' || isFilmName(name) ? null : 'not-a-film';
}

/** Waste bins and shadows that Windows, Synology and QNAP keep in shared folders without hiding them by name. */
const systemFolders: ReadonlySet<string> = new Set([
  '$RECYCLE.BIN',
  'System Volume Information',
  'lost+found',
  '#recycle',
  '@Recycle',
  '@eaDir',
  '#snapshot',
]);
