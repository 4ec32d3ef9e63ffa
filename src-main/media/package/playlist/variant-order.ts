import type { MasterVideo } from './master-model.ts';

/**
 * The order of the video rungs in the master playlist.
 *
 * The first variant is special: AVPlayer and many TVs start with it, and the simplest players never leave it. So it
 * is an SDR rung in the codec that plays most widely, of a bit rate that starts at once over ordinary Wi-Fi (Apple's HLS
 * Authoring Specification names 2,000 kbit/s). All others follow from the largest down, as S1 lists them; at equal size SDR
 * goes before HDR, then by codec, so that a player that takes the first match gets what it can surely show.
 */
export function variantOrder(video: readonly MasterVideo[]): MasterVideo[] {
  const falling = [...video].sort(
    (a, b) =>
      b.widthPx * b.heightPx - a.widthPx * a.heightPx ||
      rangeRank(a) - rangeRank(b) ||
      codecRank(a) - codecRank(b) ||
      b.bitrate.averageBps - a.bitrate.averageBps,
  );
  const start = startVariant(falling);
  return start === null ? [] : [start, ...falling.filter((rung) => rung !== start)];
}

const startBps = 2_000_000;

function startVariant(falling: readonly MasterVideo[]): MasterVideo | null {
  let best: MasterVideo | null = null;
  for (const rung of falling) {
    if (best === null || startsBetter(rung, best)) best = rung;
  }
  return best;
}

function startsBetter(a: MasterVideo, b: MasterVideo): boolean {
  const difference =
    rangeRank(a) - rangeRank(b) || codecRank(a) - codecRank(b) || distanceFromStart(a) - distanceFromStart(b);
  return difference < 0;
}

/** As a ratio: 1 Mbit/s and 4 Mbit/s are equally far from 2 Mbit/s. */
function distanceFromStart(rung: MasterVideo): number {
  return Math.abs(Math.log(rung.bitrate.averageBps / startBps));
}

function rangeRank(rung: MasterVideo): number {
  return { SDR: 0, HLG: 1, PQ: 2 }[rung.videoRange];
}

function codecRank(rung: MasterVideo): number {
  const rank = ['avc1', 'hvc1', 'vp09', 'av01'].indexOf(rung.codec.split('.')[0] ?? '');
  return rank < 0 ? 4 : rank;
}
