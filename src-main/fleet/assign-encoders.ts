import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import { hindrance, speedBook, type Worker } from './assign.ts';

/*
 * Which encoder makes each rendition of a job, for all of its chunks: the ones with which the crew as a whole is fastest.
 */

export type Cascade = {
  id: string;
  /** In the profile's order of preference. */
  encoders: readonly string[];
};

export type CrewChoice = {
  choice: Readonly<Record<string, string>>;
  /** Encoders that came earlier in a cascade and were not taken, with the reason. */
  passedOver: readonly { encoder: string; reason: string }[];
};

/** Null when nobody who is there has proven what is needed. Of equally fast ones the profile's order decides. */
export function assignEncoders(
  cascades: readonly Cascade[],
  workers: readonly Worker[],
  requires: readonly string[],
): CrewChoice | null {
  const speedOf = speedBook(workers);
  const rated = familiesOf(cascades).flatMap((family) => {
    const choice = choiceOf(cascades, family);
    if (choice === null) return [];
    const encoders = Object.values(choice);
    const resource = encoders.some(isHardwareEncoder) ? ('gpu-encode' as const) : ('cpu' as const);
    const asked = { type: 'video', resource, encoders, requires, failedOn: [] };
    // Only a proof counts here: who has told of no encoder at all may lack any.
    const able = workers.filter((worker) => worker.encoders !== null && hindrance(worker, asked) === null);
    const speed = able.reduce((sum, worker) => sum + speedOf(worker, encoders), 0);
    return able.length === 0 ? [] : [{ choice, speed }];
  });
  const best = rated.reduce<(typeof rated)[number] | null>(
    (fastest, one) => (fastest === null || one.speed > fastest.speed ? one : fastest),
    null,
  );
  if (best === null) return null;
  return { choice: best.choice, passedOver: passedOver(cascades, best.choice, workers) };
}

/** `nvenc`, `qsv`, `` for software: in the order in which the cascades name them. */
function familiesOf(cascades: readonly Cascade[]): string[] {
  return [...new Set(cascades.flatMap(({ encoders }) => encoders.map(familyOf)))];
}

function familyOf(encoder: string): string {
  return isHardwareEncoder(encoder) ? encoder.slice(encoder.lastIndexOf('_') + 1) : '';
}

/** Each rendition by the family, or by software where the family has nothing for it. */
function choiceOf(cascades: readonly Cascade[], family: string): Record<string, string> | null {
  const choice: Record<string, string> = {};
  for (const { id, encoders } of cascades) {
    const encoder =
      encoders.find((name) => familyOf(name) === family) ?? encoders.find((name) => !isHardwareEncoder(name));
    if (encoder === undefined) return null;
    choice[id] = encoder;
  }
  return choice;
}

function passedOver(
  cascades: readonly Cascade[],
  choice: Readonly<Record<string, string>>,
  workers: readonly Worker[],
): CrewChoice['passedOver'] {
  const earlier = cascades.flatMap(({ id, encoders }) => encoders.slice(0, encoders.indexOf(choice[id] ?? '')));
  return [...new Set(earlier)].map((encoder) => {
    const isThere = workers.some(({ encoders }) => encoders?.includes(encoder) === true);
    return { encoder, reason: isThere ? 'the crew is faster without it' : 'no node has proven it' };
  });
}
