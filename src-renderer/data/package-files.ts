import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { outputList } from '#shared/protocol/outputs.ts';
import { ask } from './client.ts';
import { jobsKey } from './jobs.ts';
import { type Cue, cuesOf } from './web-vtt.ts';

/*
 * What lies beside the pictures of a package and belongs on the player: chapters, thumbnails, styled subtitles, fonts.
 */

/** A tile of a sheet of thumbnails, pixels. */
export type Thumbnail = { startSec: number; endSec: number; url: string; x: number; y: number; w: number; h: number };

/** Native ASS; `name` is that of its playlist too: `Film.eng.full`. */
export type StyledSubtitle = { name: string; language: string; kind: string; url: string };

export type PackageExtras = {
  chapters: Cue[];
  thumbnails: Thumbnail[];
  styled: StyledSubtitle[];
  fontUrls: string[];
};

const noExtras: PackageExtras = { chapters: [], thumbnails: [], styled: [], fontUrls: [] };
const fontList = z.array(z.object({ file: z.string() }));

/** What a player opens of a published package. */
export function packageEntryUrl(jobId: string, entry: string): string {
  return `/api/v1/jobs/${encodeURIComponent(jobId)}/outputs/${encodeURIComponent(entry)}`;
}

/** What a published HLS package has beside its pictures; nothing for a single file. */
export function packageExtrasQuery(jobId: string, entry: string) {
  const base = `/api/v1/jobs/${encodeURIComponent(jobId)}/outputs/`;
  return queryOptions({
    queryKey: [...jobsKey, jobId, 'extras', entry],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<PackageExtras> => {
      if (!entry.endsWith('.m3u8')) return noExtras;
      const find = async (search: string): Promise<string[]> => {
        const query = { search, limit: 200 };
        const path = `/jobs/${encodeURIComponent(jobId)}/outputs`;
        return (await ask('GET', path, { query, answer: outputList, signal })).items.map((file) => file.path);
      };
      const [ass, vtt, json] = await Promise.all([find('.ass'), find('.vtt'), find('fonts.json')]);
      const textOf = (path: string | undefined): Promise<string> =>
        path === undefined ? Promise.resolve('') : readText(base + encoded(path), signal);
      const sheet = vtt.find((path) => /^thumbs_\d+x\d+\.vtt$/.test(path));
      const [chapters, tiles, fonts] = await Promise.all([
        textOf(vtt.find((path) => path === 'chapters.vtt')),
        textOf(sheet),
        textOf(json.find((path) => path === 'fonts.json')),
      ]);
      return {
        chapters: cuesOf(chapters),
        thumbnails: cuesOf(tiles).flatMap((cue) => thumbnailOf(cue, base)),
        styled: ass.flatMap((path) => styledOf(path, base)),
        fontUrls: fonts === '' ? [] : fontList.parse(JSON.parse(fonts)).map(({ file }) => base + encoded(file)),
      };
    },
  });
}

async function readText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  return response.ok ? response.text() : '';
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function thumbnailOf({ startSec, endSec, text }: Cue, base: string): Thumbnail[] {
  const [, file, x, y, w, h] = /^(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(text) ?? [];
  if (file === undefined) return [];
  const place = { x: Number(x), y: Number(y), w: Number(w), h: Number(h) };
  return [{ startSec, endSec, url: base + encoded(file), ...place }];
}

/** `subtitles/{name}.{language}.{kind}.ass`. */
function styledOf(path: string, base: string): StyledSubtitle[] {
  const [, name, language, kind] = /^subtitles\/(.+\.([a-z]{3})\.([^./]+))\.ass$/.exec(path) ?? [];
  if (name === undefined || language === undefined || kind === undefined) return [];
  return [{ name, language, kind, url: base + encoded(path) }];
}
