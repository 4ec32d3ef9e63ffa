import type { ActiveArea } from '#shared/model/facts.ts';

/**
 * Where to look for black bars: shares of the film's length, away from studio logos at the start and credits at the end.
 */
export const lookingPoints: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** Black at 24 of 255, on the scale of any bit depth; even sides; each picture judged by itself. */
export const cropdetectFilter = 'cropdetect=limit=0.0941:round=2:reset=1,metadata=mode=print:file=-';

/** The areas that cropdetect printed, one a picture; black pictures give none. */
export function readCropdetect(text: string): ActiveArea[] {
  const areas: ActiveArea[] = [];
  let edges: Partial<Record<string, number>> = {};
  for (const line of text.split('\n')) {
    if (line.startsWith('frame:')) edges = {};
    const value = /^lavfi\.cropdetect\.([xywh])=(-?\d+)$/.exec(line.trim());
    if (value?.[1] === undefined) continue;
    edges[value[1]] = Number(value[2]);
    const { x, y, w, h } = edges;
    if (x === undefined || y === undefined || w === undefined || h === undefined) continue;
    if (x >= 0 && y >= 0 && w > 0 && h > 0) areas.push({ x, y, width: w, height: h });
    edges = {};
  }
  return areas;
}

/** Bars thinner than this share of a side are a codec's border, not worth losing a scale step for. */
const thinnestBar = 0.01;

/**
 * The picture inside black bars, on even edges: the smallest area that holds everything seen. Films that change their shape (IMAX
 * scenes) and bars with burnt-in subtitles keep what an average would cut away. The full picture when there are no
 * bars; null when everything looked at was black.
 */
export function activeAreaOf(seen: readonly ActiveArea[], width: number, height: number): ActiveArea | null {
  if (seen.length === 0) return null;
  const left = even(Math.min(...seen.map((area) => area.x)));
  const top = even(Math.min(...seen.map((area) => area.y)));
  const right = Math.min(width, evenUp(Math.max(...seen.map((area) => area.x + area.width))));
  const bottom = Math.min(height, evenUp(Math.max(...seen.map((area) => area.y + area.height))));
  const [x, barsWide] = left + (width - right) < width * thinnestBar ? [0, width] : [left, right - left];
  const [y, barsHigh] = top + (height - bottom) < height * thinnestBar ? [0, height] : [top, bottom - top];
  return { x, y, width: barsWide, height: barsHigh };
}

function even(value: number): number {
  return value - (value % 2);
}

function evenUp(value: number): number {
  return value + (value % 2);
}
