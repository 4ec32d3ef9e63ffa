import { type FreeSpace, freeSpace } from '#main/platform/free-space.ts';
import type { Clock } from '#main/platform/clock.ts';
import { isOpen } from '#shared/model/open-hours.ts';
import { localTime } from '#main/platform/local-time.ts';
import type { NodeLimits } from '#shared/model/node.ts';
import type { Reading } from './busy.ts';
import { type CpuTimes, cpuTimes, othersLoad } from './cpu-load.ts';
import { isFullScreen } from './full-screen.ts';
import type { Hardware } from './machine-facts.ts';

/** What is looked at of the machine; tests put their own in the place of it. */
export type Senses = Pick<Hardware, 'gpus' | 'onBattery' | 'temperatureC'> & {
  fullScreen: () => Promise<boolean | null>;
  cpuTimes: (isNice: boolean) => CpuTimes;
  freeMemoryBytes: () => number | null;
  disk: (folder: string) => Promise<FreeSpace | null>;
};

/** The senses of this machine. */
export function theseSenses(hardware: Hardware): Senses {
  return {
    ...hardware,
    cpuTimes,
    fullScreen: () => isFullScreen().catch(() => null),
    // macOS keeps hardly any memory free, and has plenty all the same.
    freeMemoryBytes: () => (process.platform === 'darwin' ? null : process.availableMemory()),
    disk: (folder) => freeSpace(folder).catch(() => null),
  };
}

export type Reader = { read: (limits: NodeLimits, isIdle: boolean) => Promise<Reading> };

/** Programs that have to be started to get an answer are asked only so often. */
const slowEveryMs = 30_000;

/** Reads all that decides whether a node rests. A question that no limit needs is not asked. */
export function reader(
  senses: Senses,
  machine: { folder: string; memoryBytes: number; hasGpus: () => boolean },
  clock: Clock,
): Reader {
  let times = senses.cpuTimes(true);
  const slowly = {
    battery: remembered(senses.onBattery, clock),
    fullScreen: remembered(senses.fullScreen, clock),
    temperature: remembered(() => senses.temperatureC(machine.hasGpus()), clock),
  };
  return {
    read: async (limits, isIdle) => {
      const before = times;
      times = senses.cpuTimes(limits.niceness > 0);
      const [onBattery, fullScreen, temperatureC, disk] = await Promise.all([
        limits.pauseOnBattery ? slowly.battery() : null,
        limits.pauseInFullScreen ? slowly.fullScreen() : null,
        slowly.temperature(),
        senses.disk(machine.folder),
      ]);
      return {
        inHours: isOpen(limits.hours, localTime(clock.nowMs())),
        ...{ onBattery, fullScreen, temperatureC, disk },
        othersLoad: othersLoad(before, times, isIdle),
        freeMemoryBytes: senses.freeMemoryBytes(),
        memoryBytes: machine.memoryBytes,
      };
    },
  };
}

function remembered<T>(ask: () => Promise<T>, clock: Clock): () => Promise<T> {
  let last: { answer: Promise<T>; atMs: number } | null = null;
  return () => {
    const atMs = clock.monotonicMs();
    if (last === null || atMs - last.atMs >= slowEveryMs) last = { answer: ask(), atMs };
    return last.answer;
  };
}
