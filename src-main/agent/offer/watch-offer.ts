import { capabilitiesOf } from '#main/ffmpeg/capabilities.ts';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { superviseLoop } from '#main/platform/supervised-loop.ts';
import { type Gpu, type NodeLimits, nodeLimits, type NodeOffer } from '#shared/model/node.ts';
import type { Hands } from '../hands.ts';
import { allowances, limitedMachine } from './allowance.ts';
import { busySentence, judge, notBusy, signOf } from './busy.ts';
import {
  capabilityKey,
  capabilityPath,
  keepCapabilities,
  type KnownCapabilities,
  readCapabilities,
} from './capability-file.ts';
import { encoderBook } from './encoder-book.ts';
import { type MachineFacts, machineFacts, thisHardware } from './machine-facts.ts';
import { reader, type Senses, theseSenses } from './readings.ts';
import { allowedSlots } from './slots.ts';
import { watchedHands } from './watched-hands.ts';
import { isWorthTelling } from './worth-telling.ts';

/*
 * What this machine offers, as it changes: encoders are tried and measured behind the node's back, hardware again every
 * hour, and every few seconds is looked whether its owner needs it.
 */

export type OfferOptions = {
  tools: FfmpegTools;
  /** Absolute; what was found out is kept there, and its disk is the work folder's. */
  dataDir: string;
  /** True for the server's own node. */
  packages: boolean;
  clock: Clock;
  log: Logger;
  /** The server should hear of it. */
  onChange: (offer: NodeOffer) => void;
  /** This machine when left out. */
  machine?: { facts: MachineFacts; senses: Senses } | undefined;
};

export type OfferWatch = {
  /** As it is now. */
  current: () => NodeOffer;
  /** FFmpeg within the owner's limits: everything that a node starts is started with these. */
  tools: FfmpegTools;
  setLimits: (limits: NodeLimits) => void;
  /** An encoder failed at work: it is tried again at once, and not offered if it fails. */
  suspect: (encoder: string) => void;
  /** People want to know anew: what failed its trial is tried again at once, the rest when the machine is idle. */
  proveAgain: () => void;
  /** The same hands, watched: benchmarks make way for tasks, and failures of hardware have it tried again. */
  watched: (hands: Hands) => Hands;
  stop: () => Promise<void>;
};

const lookEveryMs = 10_000;
/** Longer than a benchmark. */
const stuckMs = 5 * 60_000;
const gpusEveryMs = 60 * 60_000;
const tellAfterMs = 1_000;
/** More, and a benchmark would measure what others leave. */
const calmLoad = 0.3;
/** A benchmark waits for a pause that is likely to last. */
const quietMs = 5_000;

/** Resolves within a second, with all that an earlier run found out; the rest comes as a change. */
export async function watchOffer(options: OfferOptions): Promise<OfferWatch> {
  const { dataDir, clock, log } = options;
  const facts = options.machine?.facts ?? machineFacts();
  const senses = options.machine?.senses ?? theseSenses(thisHardware(clock, log));
  let limits = nodeLimits.parse({});
  const allowed = allowances(options.tools, await limitedMachine(), limits, log);
  const stopping = new AbortController();
  const deps = { tools: allowed.tools, log, clock };
  const key = capabilityKey(options.tools, facts);
  const known = await readCapabilities(capabilityPath(dataDir), key, log);
  const listed = known?.listed ?? (await listedBy(deps, stopping.signal));
  const book = encoderBook(listed.encoders, known?.encoders ?? [], deps);
  let gpus: Gpu[] | null = known?.gpus ?? null;
  let busy = notBusy;
  // Until it was looked at.
  let othersLoad = 1;
  let temperatureC: number | null = null;
  let diskFreeBytes = (await senses.disk(dataDir))?.freeBytes ?? null;

  const current = (): NodeOffer => {
    const { cores, cpuModel, memoryBytes, platform } = facts;
    const encoders = book.encoders();
    const sign = signOf(busy);
    return {
      slots: allowedSlots({ cores: allowed.cores() ?? cores, encoders }, limits),
      ...{ packages: options.packages, cores, cpuModel, memoryBytes, diskFreeBytes, platform },
      ...{ ffmpegVersion: options.tools.version, gpus: gpus ?? [], encoders },
      ...{ decoders: listed.decoders, filters: listed.filters },
      busy: sign === null ? null : busySentence(sign, limits),
      busySign: sign,
      temperatureC,
    };
  };
  let told = current();
  const tell = (): void => {
    const now = current();
    if (stopping.signal.aborted || !isWorthTelling(told, now)) return;
    if (now.busy !== told.busy)
      log.info({ busy: now.busy }, now.busy === null ? 'takes work again' : 'takes no new work');
    told = now;
    options.onChange(now);
  };

  // A dozen trials are one piece of news.
  let cancelTell: (() => void) | null = null;
  const tellSoon = (): void => {
    cancelTell ??= clock.after(tellAfterMs, () => {
      cancelTell = null;
      tell();
    });
  };

  let makeWay = new AbortController();
  const tasks = watchedHands(clock, {
    onBegin: () => makeWay.abort(),
    onHardwareFailure: (encoder) => suspect(encoder),
  });
  const isQuiet = (): boolean => tasks.idleMs() >= quietMs && othersLoad <= calmLoad && signOf(busy) === null;
  const findOut = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      makeWay = new AbortController();
      const idleSignal = AbortSignal.any([signal, makeWay.signal]);
      try {
        const found = await book.work({ isIdle: isQuiet(), signal, idleSignal });
        if (found === 'nothing-due') return;
        tellSoon();
        await keepCapabilities(dataDir, { key, listed, gpus: gpus ?? [], encoders: book.tried() }, log);
      } catch (error) {
        if (idleSignal.aborted) return;
        throw error;
      }
    }
  };
  const lookForGpus = async (): Promise<void> => {
    const found = await senses.gpus();
    if (found === null || JSON.stringify(found) === JSON.stringify(gpus)) return;
    if (gpus !== null) book.forgetHardware();
    gpus = found;
    tell();
    encoders.poke();
  };
  const readings = reader(
    senses,
    { folder: dataDir, memoryBytes: facts.memoryBytes, hasGpus: () => gpus !== null && gpus.length > 0 },
    clock,
  );
  const look = async (): Promise<void> => {
    const reading = await readings.read(limits, tasks.idleMs() > 0);
    // The server's own node is the only one that packages: it goes behind other programs by its priority, not by resting.
    const counts = options.packages ? { ...reading, othersLoad: null } : reading;
    busy = judge(busy, counts, limits, clock.monotonicMs());
    temperatureC = reading.temperatureC;
    diskFreeBytes = reading.disk?.freeBytes ?? null;
    othersLoad = reading.othersLoad ?? othersLoad;
    tell();
  };
  // One after the other: trials and benchmarks would spoil each other.
  const encoders = superviseLoop({
    ...{ name: 'encoders', everyMs: lookEveryMs, stuckAfterMs: stuckMs, clock, log },
    turn: findOut,
  });
  const looks = superviseLoop({
    ...{ name: 'readings', everyMs: lookEveryMs, stuckAfterMs: stuckMs, clock, log },
    turn: look,
  });
  const cards = superviseLoop({
    ...{ name: 'GPUs', everyMs: gpusEveryMs, stuckAfterMs: stuckMs, clock, log },
    turn: lookForGpus,
  });
  const suspect = (encoder: string): void => {
    book.suspect(encoder);
    encoders.poke();
  };

  return {
    current,
    tools: allowed.tools,
    suspect,
    proveAgain: () => {
      book.proveAgain();
      tell();
      cards.poke();
      encoders.poke();
    },
    watched: tasks.watched,
    setLimits: (next) => {
      if (JSON.stringify(next) === JSON.stringify(limits)) return;
      if (next.gpuIndex !== limits.gpuIndex) book.forgetHardware();
      limits = next;
      allowed.set(next);
      tell();
      looks.poke();
      encoders.poke();
    },
    stop: async () => {
      stopping.abort();
      cancelTell?.();
      await Promise.all([encoders.stop(), looks.stop(), cards.stop()]);
    },
  };
}

async function listedBy(deps: ProbeDeps, signal: AbortSignal): Promise<KnownCapabilities['listed']> {
  const { encoders, decoders, filters } = await capabilitiesOf(deps, signal);
  return { encoders: [...encoders], decoders: decoders.map(({ name }) => name), filters: [...filters] };
}
