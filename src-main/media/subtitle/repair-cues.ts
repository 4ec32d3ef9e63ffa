import type { Cue } from './cue.ts';
import { showsNothing, tidyPayload } from './cue.ts';

/** How many cues each repair touched. */
export type CueRepairs = {
  /** Dropped: nothing to show. */
  empty: number;
  /** Dropped: no usable time. */
  untimed: number;
  /** Dropped: over before time zero. */
  beforeStart: number;
  /** Start moved up to time zero. */
  negativeStart: number;
  /** Ended at or before their start: shown until the next cue, at most two seconds. */
  endless: number;
  /** Stood after a later cue in the file. */
  outOfOrder: number;
  /** The same words again without a gap (frame-by-frame typesetting): joined to one cue. */
  joined: number;
  /** Ran into the next cue by less than `rollInSec`: cut at its start. */
  trimmed: number;
};

/** How long a cue is shown whose end is wrong. */
const guessedDurationSec = 2;
/** Overlaps up to this come from rounding and make players stack two cues for an instant; longer ones are meant. */
const rollInSec = 0.1;
/** Gaps up to this (a frame at 24 fps and a hair) between equal cues are not seen. */
const unseenGapSec = 0.045;

/**
 * Cues that every player shows as meant: in order, longer than nothing, not empty. Text is never lost to a wrong time
 * unless the time is unusable or lies before the film. Runs on whole milliseconds, WebVTT's resolution.
 */
export function repairCues(cues: readonly Cue[]): { cues: Cue[]; repairs: CueRepairs } {
  const repairs: CueRepairs = {
    empty: 0,
    untimed: 0,
    beforeStart: 0,
    negativeStart: 0,
    endless: 0,
    outOfOrder: 0,
    joined: 0,
    trimmed: 0,
  };
  const timed = cues.flatMap((cue) => usable(cue, repairs));
  repairs.outOfOrder = timed.filter((cue, i) => cue.startSec < (timed[i - 1]?.startSec ?? cue.startSec)).length;
  const ordered = timed.toSorted((a, b) => a.startSec - b.startSec);
  const ended = withEnds(ordered, repairs).filter((cue) => {
    if (cue.endSec > 0) return true;
    repairs.beforeStart += 1;
    return false;
  });
  const started = ended.map((cue) => {
    if (cue.startSec >= 0) return cue;
    repairs.negativeStart += 1;
    return { ...cue, startSec: 0 };
  });
  return { cues: trimmed(joined(started, repairs), repairs), repairs };
}

function usable(cue: Cue, repairs: CueRepairs): Cue[] {
  const payload = tidyPayload(cue.payload);
  if (showsNothing(payload)) {
    repairs.empty += 1;
    return [];
  }
  if (!Number.isFinite(cue.startSec) || !Number.isFinite(cue.endSec)) {
    repairs.untimed += 1;
    return [];
  }
  return [{ ...cue, payload, startSec: wholeMs(cue.startSec), endSec: wholeMs(cue.endSec) }];
}

function withEnds(ordered: readonly Cue[], repairs: CueRepairs): Cue[] {
  const result: Cue[] = [];
  let nextSec = Number.POSITIVE_INFINITY; // the first start after the one at hand, found on the way from the end
  let followingSec = Number.POSITIVE_INFINITY;
  for (const cue of ordered.toReversed()) {
    if (followingSec > cue.startSec) nextSec = followingSec;
    followingSec = cue.startSec;
    if (cue.endSec > cue.startSec) {
      result.push(cue);
      continue;
    }
    repairs.endless += 1;
    result.push({ ...cue, endSec: wholeMs(Math.min(nextSec, cue.startSec + guessedDurationSec)) });
  }
  return result.toReversed();
}

function joined(ordered: readonly Cue[], repairs: CueRepairs): Cue[] {
  const result: Cue[] = [];
  const latest = new Map<string, Cue>();
  for (const cue of ordered) {
    const key = `${cue.settings}\n${cue.payload}`;
    const before = latest.get(key);
    if (before !== undefined && cue.startSec - before.endSec <= unseenGapSec) {
      before.endSec = Math.max(before.endSec, cue.endSec);
      repairs.joined += 1;
      continue;
    }
    const own = { ...cue };
    latest.set(key, own);
    result.push(own);
  }
  return result;
}

function trimmed(ordered: readonly Cue[], repairs: CueRepairs): Cue[] {
  return ordered.map((cue, i) => {
    const next = ordered[i + 1];
    const overlapSec = next === undefined ? 0 : cue.endSec - next.startSec;
    const longEnough = next !== undefined && next.startSec > cue.startSec + rollInSec;
    if (next === undefined || !longEnough || overlapSec <= 0 || overlapSec > rollInSec || next.endSec <= cue.endSec) {
      return cue;
    }
    repairs.trimmed += 1;
    return { ...cue, endSec: next.startSec };
  });
}

function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
