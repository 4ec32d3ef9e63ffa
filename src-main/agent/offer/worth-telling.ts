import type { NodeOffer } from '#shared/model/node.ts';

const tellTemperatureC = 3;
const tellDiskBytes = 2 ** 30;

/** Whether the server should hear of it: a degree and a megabyte are no news, everything else is. */
export function isWorthTelling(told: NodeOffer, now: NodeOffer): boolean {
  return (
    moved(told.temperatureC, now.temperatureC, tellTemperatureC) ||
    moved(told.diskFreeBytes, now.diskFreeBytes, tellDiskBytes) ||
    JSON.stringify(steady(told)) !== JSON.stringify(steady(now))
  );
}

function steady(offer: NodeOffer): NodeOffer {
  return { ...offer, temperatureC: null, diskFreeBytes: null };
}

function moved(before: number | null, now: number | null, by: number): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) >= by;
}
