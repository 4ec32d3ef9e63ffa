import { writeWebVtt } from '../subtitle/webvtt.ts';

export type ThumbnailSheet = {
  /** File name of the sheet, relative to the WebVTT: `thumbs_320x180.webp`. */
  sheet: string;
  tileWidth: number;
  tileHeight: number;
  columns: number;
  count: number;
  /** Distance of tiles; tile n is shown from n * intervalSec on. */
  intervalSec: number;
  durationSec: number;
};

/**
 * WebVTT over a thumbnail sheet: each cue names its tile by a media fragment (W3C Media Fragments 4.2.2, `xywh` in
 * pixels). The last cue ends with the film.
 */
export function thumbnailsVtt(thumbnails: ThumbnailSheet): string {
  const { sheet, tileWidth, tileHeight, columns, count, intervalSec, durationSec } = thumbnails;
  const cues = Array.from({ length: count }, (_, i) => {
    const x = (i % columns) * tileWidth;
    const y = Math.floor(i / columns) * tileHeight;
    return {
      startSec: i * intervalSec,
      endSec: i === count - 1 ? durationSec : (i + 1) * intervalSec,
      payload: `${encodeURIComponent(sheet)}#xywh=${x},${y},${tileWidth},${tileHeight}`,
      settings: '',
    };
  });
  return writeWebVtt({ cues });
}
