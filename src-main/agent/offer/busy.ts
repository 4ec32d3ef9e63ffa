import type { BusySign, NodeLimits } from '#shared/model/node.ts';

/*
 * When a node takes nothing new. What runs goes on. A sign has to last before it counts and to be gone for a while before
 * it no longer does, and between the two lies a stretch where all stays as it was: a node at its limit does not flap.
 */

/** What was found at one moment; null is what can't be told here, and never a reason to rest. */
export type Reading = {
  /** By the owner's hours. */
  inHours: boolean;
  onBattery: boolean | null;
  fullScreen: boolean | null;
  /** Of the hottest sensor. */
  temperatureC: number | null;
  /** Share of all cores that other programs use, nice ones left out, 0 to 1. */
  othersLoad: number | null;
  /** What programs can still have, of `memoryBytes`. */
  freeMemoryBytes: number | null;
  memoryBytes: number;
  /** That holds the work folder. */
  disk: { freeBytes: number; totalBytes: number } | null;
};

type Mark = {
  counts: boolean;
  /** Since when it points the other way, on the clock's monotonic time; null while it agrees. */
  turnedAtMs: number | null;
};

export type BusyState = Readonly<Record<BusySign, Mark>>;

/** Nothing was seen yet. */
export const notBusy: BusyState = {
  hours: { counts: false, turnedAtMs: null },
  'full-screen': { counts: false, turnedAtMs: null },
  battery: { counts: false, turnedAtMs: null },
  heat: { counts: false, turnedAtMs: null },
  memory: { counts: false, turnedAtMs: null },
  disk: { counts: false, turnedAtMs: null },
  load: { counts: false, turnedAtMs: null },
};

/** How long a sign must last to count, and be gone to count no more, milliseconds. */
const patience: Readonly<Record<BusySign, { begins: number; ends: number }>> = {
  hours: { begins: 0, ends: 0 },
  'full-screen': { begins: 0, ends: 60_000 },
  battery: { begins: 10_000, ends: 30_000 },
  heat: { begins: 0, ends: 60_000 },
  memory: { begins: 10_000, ends: 60_000 },
  disk: { begins: 0, ends: 60_000 },
  load: { begins: 180_000, ends: 30_000 },
};

const busyLoad = 0.9;
const calmLoad = 0.75;
/** A machine that was too hot has to cool down by so much. */
const coolerByC = 5;
const leastMemoryBytes = 512 * 2 ** 20;
/** What a task needs is asked when it begins; this is for a disk that is all but full. */
const leastDiskBytes = 2 ** 30;

/** What the node is after one more reading. */
export function judge(before: BusyState, reading: Reading, limits: NodeLimits, atMs: number): BusyState {
  const mark = (sign: BusySign): Mark => moved(before[sign], pointer(sign, reading, limits), patience[sign], atMs);
  return {
    hours: mark('hours'),
    'full-screen': mark('full-screen'),
    battery: mark('battery'),
    heat: mark('heat'),
    memory: mark('memory'),
    disk: mark('disk'),
    load: mark('load'),
  };
}

/** Why nothing new is taken; null when it is. */
export function signOf(state: BusyState): BusySign | null {
  return order.find((one) => state[one].counts) ?? null;
}

/** What a person would want to know first. */
const order: readonly BusySign[] = ['hours', 'full-screen', 'battery', 'heat', 'disk', 'memory', 'load'];

/** The same in one sentence. Says no figures that change: each change is news. */
export function busySentence(sign: BusySign, { maxTemperatureC }: NodeLimits): string {
  switch (sign) {
    case 'hours':
      return 'its owner lends it at other hours';
    case 'full-screen':
      return 'a program runs in full screen';
    case 'battery':
      return 'it runs on battery';
    case 'heat':
      return `it is hotter than ${maxTemperatureC ?? 'allowed'} °C`;
    case 'memory':
      return 'it is short of memory';
    case 'disk':
      return 'the disk of its work folder is nearly full';
    case 'load':
      return 'other programs keep its processor busy';
  }
}

function moved(mark: Mark, points: Pointer, { begins, ends }: { begins: number; ends: number }, atMs: number): Mark {
  if (points === 'neither' || (points === 'busy') === mark.counts) return { ...mark, turnedAtMs: null };
  const turnedAtMs = mark.turnedAtMs ?? atMs;
  const lasted = atMs - turnedAtMs >= (mark.counts ? ends : begins);
  return lasted ? { counts: !mark.counts, turnedAtMs: null } : { ...mark, turnedAtMs };
}

type Pointer = 'busy' | 'free' | 'neither';

function pointer(sign: BusySign, reading: Reading, limits: NodeLimits): Pointer {
  switch (sign) {
    case 'hours':
      return reading.inHours ? 'free' : 'busy';
    case 'full-screen':
      return limits.pauseInFullScreen && reading.fullScreen === true ? 'busy' : 'free';
    case 'battery':
      return limits.pauseOnBattery && reading.onBattery === true ? 'busy' : 'free';
    case 'heat': {
      const most = limits.maxTemperatureC;
      if (most === null) return 'free';
      return between(reading.temperatureC, { busyAbove: most, freeBelow: most - coolerByC });
    }
    case 'memory': {
      const least = Math.min(leastMemoryBytes, reading.memoryBytes / 8);
      return shortOf(reading.freeMemoryBytes, least);
    }
    case 'disk':
      return reading.disk === null
        ? 'free'
        : shortOf(reading.disk.freeBytes, Math.min(leastDiskBytes, reading.disk.totalBytes / 20));
    case 'load':
      return between(reading.othersLoad, { busyAbove: busyLoad, freeBelow: calmLoad });
  }
}

function between(value: number | null, { busyAbove, freeBelow }: { busyAbove: number; freeBelow: number }): Pointer {
  if (value === null || value < freeBelow) return 'free';
  return value > busyAbove ? 'busy' : 'neither';
}

/** Half as much again has to be there before it counts as enough. */
function shortOf(value: number | null, least: number): Pointer {
  if (value === null || value > least * 1.5) return 'free';
  return value < least ? 'busy' : 'neither';
}
