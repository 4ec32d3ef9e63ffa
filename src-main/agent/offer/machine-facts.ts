import { arch, availableParallelism, cpus, totalmem } from 'node:os';
import { battery, cpuTemperature, graphics } from 'systeminformation';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { within } from '#main/platform/within.ts';
import type { Gpu } from '#shared/model/node.ts';

/*
 * What this machine is. Much of it is asked of drivers and other programs, which may be missing, hang or talk nonsense:
 * whatever can't be read in time is null.
 */

export type MachineFacts = {
  cores: number;
  cpuModel: string | null;
  memoryBytes: number;
  platform: string;
  /** `x64`, `arm64`. */
  arch: string;
};

/** At once, from the system itself. */
export function machineFacts(): MachineFacts {
  const model = cpus()[0]?.model.trim() ?? '';
  return {
    cores: availableParallelism(),
    cpuModel: model === '' ? null : model,
    memoryBytes: totalmem(),
    platform: process.platform,
    arch: arch(),
  };
}

export type Hardware = {
  /** Null when they can't be told; a machine without any has an empty list. */
  gpus: () => Promise<Gpu[] | null>;
  /** Null when it can't be told; false for a machine without a battery. */
  onBattery: () => Promise<boolean | null>;
  /** Of the hottest sensor of processors and, where asked, GPUs. */
  temperatureC: (withGpus: boolean) => Promise<number | null>;
};

/** PowerShell takes seconds to begin. */
const answerWithinMs = 10_000;

/** The questions to this machine, each with a time limit. */
export function thisHardware(clock: Clock, log: Logger): Hardware {
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T | null> => {
    try {
      const answer = await within(answerWithinMs, question(), clock);
      if (answer === null) log.debug({}, `${what} can’t be told: no answer in time`);
      return answer?.value ?? null;
    } catch (error) {
      log.debug({ error: String(error) }, `${what} can’t be told`);
      return null;
    }
  };
  return {
    gpus: async () => {
      const found = await ask('GPUs', () => graphics());
      return found === null ? null : gpusOf(found.controllers);
    },
    onBattery: async () => {
      const found = await ask('the battery', () => battery());
      return found === null ? null : found.hasBattery && !found.acConnected;
    },
    temperatureC: async (withGpus) => {
      const processors = await ask('the temperature', () => cpuTemperature());
      const cards = withGpus ? await ask('the temperature of GPUs', () => graphics()) : null;
      const cardsC = (cards?.controllers ?? []).map(({ temperatureGpu }) => temperatureGpu);
      return hottest([processors?.main, processors?.max, ...cardsC]);
    },
  };
}

type Controller = Awaited<ReturnType<typeof graphics>>['controllers'][number];

/** In the order of the bus, as drivers count them. */
export function gpusOf(controllers: readonly Partial<Controller>[]): Gpu[] {
  const ordered = [...controllers].sort((a, b) => (a.busAddress ?? '').localeCompare(b.busAddress ?? ''));
  return ordered.map(({ model, name, vendor, memoryTotal, vram }, index) => {
    const names = [name, model, vendor].filter((word) => typeof word === 'string' && word.trim() !== '');
    // systeminformation counts in MiB, and says 0 or nothing where it does not know.
    const memoryMib = memoryTotal ?? vram ?? 0;
    return {
      index,
      model: names[0]?.trim() ?? 'unknown',
      memoryBytes: Number.isFinite(memoryMib) && memoryMib > 0 ? Math.round(memoryMib * 2 ** 20) : null,
    };
  });
}

/** A sensor that says 0 or less, or more than silicon survives, is broken. */
export function hottest(sensorsC: readonly (number | null | undefined)[]): number | null {
  const sound = sensorsC.filter((value): value is number => typeof value === 'number' && value > 0 && value < 150);
  return sound.length === 0 ? null : Math.round(Math.max(...sound));
}
