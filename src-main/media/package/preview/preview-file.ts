import { fmp4Init, fmp4Segment } from '../fmp4/file-names.ts';
import { streamPlaylist } from '../master-of-plan.ts';

/** What a path below a preview can mean. */
export type PreviewFile =
  | { kind: 'master' }
  | { kind: 'playlist'; rendition: string }
  | { kind: 'init'; rendition: string }
  | { kind: 'segment'; rendition: string; index: number };

export const previewMaster = 'master.m3u8';

/** Reads a path that somebody asked for, by the names that a package would have; null for anything else. It is never a path on disk. */
export function previewFile(path: string, renditions: readonly string[]): PreviewFile | null {
  if (path === previewMaster) return { kind: 'master' };
  const rendition = renditions.find((id) => path.startsWith(`${id}/`));
  if (rendition === undefined) return null;
  if (path === streamPlaylist(rendition)) return { kind: 'playlist', rendition };
  if (path === `${rendition}/${fmp4Init(rendition)}`) return { kind: 'init', rendition };
  const index = Number(/-(\d{4,6})\.m4s$/.exec(path)?.[1] ?? Number.NaN);
  return path === `${rendition}/${fmp4Segment(rendition, index)}` ? { kind: 'segment', rendition, index } : null;
}
