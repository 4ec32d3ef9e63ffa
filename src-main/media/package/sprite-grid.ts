export type SpriteGrid = {
  columns: number;
  rows: number;
  /** Tiles on the sheet; the last row may have room left. */
  count: number;
  /** Tile n shows frame n * intervalFrames. */
  intervalFrames: number;
  /** Set when tiles had to be farther apart than asked to fit on one sheet. */
  because: 'sprite-too-large' | null;
};

/** WebP stores each side in 14 bits. */
export const maxWebpSidePx = 16_383;

/**
 * Columns and rows of a thumbnail sheet for a film of `frames` with a tile every `intervalFrames`: nearly square, no
 * side longer than WebP allows. RangeError when not one tile fits or a number is not a positive integer.
 */
export function spriteGrid(film: {
  frames: number;
  intervalFrames: number;
  tileWidth: number;
  tileHeight: number;
}): SpriteGrid {
  const { frames, intervalFrames: wanted, tileWidth, tileHeight } = film;
  for (const value of [frames, wanted, tileWidth, tileHeight]) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a positive whole number: ${value}`);
  }
  const maxColumns = Math.floor(maxWebpSidePx / tileWidth);
  const maxRows = Math.floor(maxWebpSidePx / tileHeight);
  const room = maxColumns * maxRows;
  if (room === 0) throw new RangeError(`a tile of ${tileWidth}x${tileHeight} is larger than a WebP sheet`);
  const intervalFrames = Math.max(wanted, Math.ceil(frames / room));
  const count = Math.ceil(frames / intervalFrames);
  const square = Math.ceil(Math.sqrt((count * tileHeight) / tileWidth));
  const columns = Math.min(count, maxColumns, Math.max(square, Math.ceil(count / maxRows)));
  return {
    columns,
    rows: Math.ceil(count / columns),
    count,
    intervalFrames,
    because: intervalFrames > wanted ? 'sprite-too-large' : null,
  };
}
