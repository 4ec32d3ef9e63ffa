import { tmpdir } from 'node:os';
import { sourceInput } from '#main/media/command/input-options.ts';
import { activeAreaOf, cropdetectFilter, lookingPoints, readCropdetect } from '#main/media/probe/active-area.ts';
import type { FieldOrder } from '#main/media/probe/field-order.ts';
import { fieldOrderSeen, readIdet } from '#main/media/probe/interlacing.ts';
import type { ActiveArea, MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { ProbeDeps } from './ffprobe-reads.ts';
import { runFfmpeg } from './run.ts';

/*
 * Measurements that decode pictures: a few at several places, so that a film takes seconds, not hours.
 */

const picturesAPoint = 6;
const picturesForIdet = 60;

/** The picture inside black bars of a video stream, coded pixels; null when only black was seen. */
export async function measureActiveArea(
  path: string,
  video: VideoFacts,
  facts: Pick<MediaFacts, 'durationSec'>,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<ActiveArea | null> {
  const seen: ActiveArea[] = [];
  for (const atSec of placesIn(facts.durationSec)) {
    const filter = ['-frames:v', String(picturesAPoint), '-vf', cropdetectFilter];
    const outcome = await decode(path, video.index, atSec, 'error', filter, deps, signal);
    seen.push(...readCropdetect(outcome.stdout));
  }
  return activeAreaOf(seen, video.width, video.height);
}

/** What the pictures themselves show about fields; null when too little moves to tell. */
export async function measureInterlacing(
  path: string,
  video: Pick<VideoFacts, 'index'>,
  facts: Pick<MediaFacts, 'durationSec'>,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<FieldOrder | null> {
  const counts = [];
  for (const atSec of placesIn(facts.durationSec, 3)) {
    const filter = ['-frames:v', String(picturesForIdet), '-vf', 'idet'];
    const outcome = await decode(path, video.index, atSec, 'info', filter, deps, signal);
    const count = readIdet(outcome.stderrTail);
    if (count !== null) counts.push(count);
  }
  return fieldOrderSeen(counts);
}

function decode(
  path: string,
  streamIndex: number,
  atSec: number,
  level: 'error' | 'info',
  filter: readonly string[],
  deps: ProbeDeps,
  signal: AbortSignal,
) {
  const seek = ['-ss', atSec.toFixed(3), '-noautorotate', ...sourceInput(path), '-map', `0:${streamIndex}`];
  const args = [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-v',
    level,
    ...seek,
    ...filter,
    '-an',
    '-sn',
    '-dn',
    '-f',
    'null',
    '-',
  ];
  return runFfmpeg({ tool: 'ffmpeg', args, cwd: tmpdir() }, { ...deps, signal });
}

/** Seconds after the container's start. Very short or unknown: from the beginning only. */
function placesIn(durationSec: number | null, most = lookingPoints.length): number[] {
  if (durationSec === null || durationSec < 4) return [0];
  const step = Math.ceil(lookingPoints.length / most);
  return lookingPoints.filter((_, i) => i % step === 0).map((share) => share * durationSec);
}
