import type { Rung } from '#shared/model/profile.ts';

type Size = { width: number | null; height: number | null };

/** `1080p`, or both sides where the picture is not of the usual shape. */
export function sizeName({ width, height }: Size): string {
  if (width === null || height === null) return '–';
  return Math.abs(width / height - 16 / 9) < 0.02 ? `${height}p` : `${width}×${height}`;
}

/** What an hour of a rung takes on disk at most, without its sound; null where nothing limits it. */
export function bytesAnHour({ bitrateBps }: Pick<Rung, 'bitrateBps'>): number | null {
  return bitrateBps === null ? null : (bitrateBps * 3600) / 8;
}
