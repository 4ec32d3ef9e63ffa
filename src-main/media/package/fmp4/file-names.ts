/** Name of a rendition's init segment, in its folder. */
export function fmp4Init(id: string): string {
  return `${id}-init.mp4`;
}

/** Name of a rendition's media segment, counted from 0. */
export function fmp4Segment(id: string, index: number): string {
  return `${id}-${String(index).padStart(4, '0')}.m4s`;
}
