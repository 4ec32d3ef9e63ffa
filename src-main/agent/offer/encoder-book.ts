import { proveEncoder } from '#main/ffmpeg/capabilities.ts';
import { type CodecListing } from '#main/media/command/capability-lists.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import { notTriedYet, type TriedEncoder } from '#shared/model/node.ts';
import type { VideoCodec } from '#shared/model/plan.ts';
import { type BenchmarkDeps, measureEncoder } from './benchmark.ts';

/*
 * Which video encoders this machine really has, and how fast they are. Being listed proves nothing: each one that the
 * built-in profiles can take is tried, hardware again and again, since drivers come and go.
 */

export type EncoderBook = {
  /** As far as is known now. Software is believed, hardware is not, until it was tried. */
  encoders: () => TriedEncoder[];
  /** Of them, what a trial has shown: the next start may build on it. */
  tried: () => TriedEncoder[];
  /** It failed at work: it is tried before it is offered again. */
  suspect: (name: string) => void;
  /**
   * What failed its trial waits for another one, which can't wait; hardware that works is tried when the machine is idle, so
   * that a GPU which is busy isn't found to be broken. What could not be measured may be.
   */
  proveAgain: () => void;
  /** The GPUs are others than before: what is known of hardware is no longer true. */
  forgetHardware: () => void;
  /**
   * Does the one thing that is most due, and answers what came of it; rejects when a signal ends it. First trials and those
   * of suspects can't wait. Later ones do, for an idle machine, since beside a running encode a GPU may have no session
   * left; and benchmarks always do.
   */
  work: (when: Opportunity) => Promise<'changed' | 'same' | 'nothing-due'>;
};

export type Opportunity = {
  isIdle: boolean;
  signal: AbortSignal;
  /** Aborted when the machine is idle no longer, and with `signal`. */
  idleSignal: AbortSignal;
};

/** Software of the built-in profiles, and what people put beside it; in this order it is tried and measured. */
const triedSoftware: readonly string[] = ['libx264', 'libx265', 'libsvtav1', 'libvpx-vp9', 'libaom-av1'];
/** The hardware cascade, for codecs that a package can hold. */
const triedHardware = /^(h264|hevc|av1|vp9)_(nvenc|qsv|vaapi|amf|videotoolbox)$/;

const recheckMs = 60 * 60_000;
/** A suspect that failed its trial may only have had no session left. */
const secondChanceMs = 5 * 60_000;

type Entry = {
  listing: CodecListing;
  found: TriedEncoder;
  isTried: boolean;
  /** It could not be measured in this run. */
  isUnmeasurable: boolean;
  /** When to try it again, on the clock's monotonic time; null is never. */
  dueMs: number | null;
  /** Whether that trial can't wait. */
  isUrgent: boolean;
};

/** Whether trials are for this one. */
export function isWorthTrying(name: string): boolean {
  return triedSoftware.includes(name) || triedHardware.test(name);
}

/** Begins with what an earlier run found out. */
export function encoderBook(
  listed: readonly CodecListing[],
  known: readonly TriedEncoder[],
  deps: BenchmarkDeps,
): EncoderBook {
  const { clock, log, tools } = deps;
  const entries = new Map<string, Entry>();
  for (const listing of listed.filter(({ kind, name }) => kind === 'video' && !isUntriedHardware(name))) {
    entries.set(listing.name, entryOf(listing, known.find(({ name }) => name === listing.name) ?? null));
  }

  const prove = async (entry: Entry, signal: AbortSignal): Promise<'changed' | 'same'> => {
    const { name } = entry.listing;
    const wasSuspect = entry.isTried && entry.isUrgent && entry.found.works;
    const before = JSON.stringify(entry.found);
    const trial = await proveEncoder(name, { tools, log }, signal);
    const speed = trial.works ? entry.found.megapixelsPerSec : null;
    entry.found = { name, works: trial.works, reason: trial.works ? null : trial.reason, megapixelsPerSec: speed };
    entry.isTried = true;
    entry.isUrgent = false;
    const againMs = wasSuspect && !trial.works ? secondChanceMs : recheckMs;
    entry.dueMs = isHardwareEncoder(name) ? clock.monotonicMs() + againMs : null;
    const changed = JSON.stringify(entry.found) !== before;
    if (changed && isHardwareEncoder(name)) log.info({ encoder: name, ...entry.found }, 'a hardware encoder was tried');
    return changed ? 'changed' : 'same';
  };
  const measure = async (entry: Entry, signal: AbortSignal): Promise<'changed' | 'same'> => {
    const { name, codec } = entry.listing;
    const megapixelsPerSec = await measureEncoder(name, videoCodecOf(codec), deps, signal);
    entry.isUnmeasurable = megapixelsPerSec === null;
    entry.found = { ...entry.found, megapixelsPerSec };
    return megapixelsPerSec === null ? 'same' : 'changed';
  };

  return {
    encoders: () => [...entries.values()].map(({ found }) => found),
    tried: () => [...entries.values()].filter(({ isTried }) => isTried).map(({ found }) => found),
    suspect: (name) => {
      const entry = entries.get(name);
      if (entry === undefined || !isWorthTrying(name)) return;
      entry.dueMs = clock.monotonicMs();
      entry.isUrgent = true;
    },
    proveAgain: () => {
      for (const entry of entries.values()) {
        const { listing, found } = entry;
        entry.isUnmeasurable = false;
        if (!isWorthTrying(listing.name) || (found.works && !isHardwareEncoder(listing.name))) continue;
        entry.dueMs = clock.monotonicMs();
        entry.isUrgent = !found.works;
        if (!found.works) Object.assign(entry, { found: { ...found, reason: notTriedYet }, isTried: false });
      }
    },
    forgetHardware: () => {
      for (const entry of entries.values()) {
        if (isHardwareEncoder(entry.listing.name)) Object.assign(entry, entryOf(entry.listing, null));
      }
    },
    work: async ({ isIdle, signal, idleSignal }) => {
      const all = [...entries.values()].filter(({ listing }) => isWorthTrying(listing.name)).sort(byImportance);
      const nowMs = clock.monotonicMs();
      const due = all.filter(({ dueMs }) => dueMs !== null && dueMs <= nowMs);
      const urgent = due.find(({ isUrgent }) => isUrgent);
      if (urgent !== undefined) return prove(urgent, signal);
      if (!isIdle) return 'nothing-due';
      if (due[0] !== undefined) return prove(due[0], idleSignal);
      const unmeasured = all.find(({ found, isUnmeasurable }) => lacksSpeed(found) && !isUnmeasurable);
      return unmeasured === undefined ? 'nothing-due' : measure(unmeasured, idleSignal);
    },
  };
}

function entryOf(listing: CodecListing, known: TriedEncoder | null): Entry {
  const { name } = listing;
  const isHardware = isHardwareEncoder(name);
  const unknown = { name, works: !isHardware, reason: isHardware ? notTriedYet : null, megapixelsPerSec: null };
  const isNew = known === null;
  return {
    ...{ listing, found: known ?? unknown, isTried: !isNew, isUnmeasurable: false },
    // What hardware did yesterday is believed for the moment that a trial takes.
    dueMs: isWorthTrying(name) && (isNew || isHardware) ? 0 : null,
    isUrgent: true,
  };
}

/** Other hardware is nothing that a profile can name with success. */
function isUntriedHardware(name: string): boolean {
  return isHardwareEncoder(name) && !isWorthTrying(name);
}

/** Hardware first: whether it is there decides most. */
function byImportance(a: Entry, b: Entry): number {
  return triedSoftware.indexOf(a.listing.name) - triedSoftware.indexOf(b.listing.name);
}

function lacksSpeed({ works, megapixelsPerSec }: TriedEncoder): boolean {
  return works && megapixelsPerSec === null;
}

/** The codec that a package would name, of FFmpeg's own name for it. */
export function videoCodecOf(codec: string): VideoCodec {
  switch (codec) {
    case 'h264':
    case 'hevc':
    case 'av1':
    case 'vp9':
      return codec;
    default:
      return 'other';
  }
}
