import { z } from 'zod';
import type { MeasuredLoudness } from '#shared/model/facts.ts';
import type { AudioRendition } from '#shared/model/plan.ts';
import { commonOptions } from './ffmpeg-step.ts';
import { sourceInput } from './input-options.ts';

type LoudnessTarget = NonNullable<AudioRendition['loudness']>['target'];

/** A track whose loudness is wanted, as it will sound after mixing. */
export type LoudnessQuestion = { streamIndex: number; channels: number; target: LoudnessTarget };

const layoutNames: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };

/** FFmpeg's loudnorm with its target, shared by measuring and encoding. */
export function loudnormTarget(target: LoudnessTarget): string {
  return `loudnorm=I=${target.integratedLufs}:TP=${target.truePeakDbtp}:LRA=${target.rangeLu}`;
}

/** The mix to a number of channels, before anything that measures; unusual numbers stay as they come. */
export function mixFilters(channels: number | null): string[] {
  const layout = channels === null ? undefined : layoutNames[channels];
  return layout === undefined ? [] : [`aformat=channel_layouts=${layout}`];
}

/** argv that decodes one whole track and prints its EBU R 128 figures on stderr. */
export function loudnessCommand(question: LoudnessQuestion, sourcePath: string): string[] {
  const filters = [...mixFilters(question.channels), `${loudnormTarget(question.target)}:print_format=json`];
  return [
    ...commonOptions.map((word) => (word === 'warning' ? 'info' : word)),
    ...sourceInput(sourcePath),
    ...['-map', `0:${question.streamIndex}`, '-af', filters.join(','), '-f', 'null', '-'],
  ];
}

const answer = z.object({
  input_i: z.coerce.number(),
  input_tp: z.coerce.number(),
  input_lra: z.coerce.number(),
  input_thresh: z.coerce.number(),
});

/** The figures from the filter's last JSON object; null for silence, which has no loudness, and for anything else. */
export function readLoudness(stderrLines: readonly string[], channels: number): MeasuredLoudness | null {
  const text = stderrLines.join('\n');
  const start = text.lastIndexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return null;
  const parsed = answer.safeParse(jsonOrNull(text.slice(start, end + 1)));
  if (!parsed.success) return null;
  const { input_i, input_tp, input_lra, input_thresh } = parsed.data;
  if (![input_i, input_tp, input_lra, input_thresh].every(Number.isFinite)) return null;
  return { channels, integratedLufs: input_i, truePeakDbtp: input_tp, rangeLu: input_lra, thresholdLufs: input_thresh };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
