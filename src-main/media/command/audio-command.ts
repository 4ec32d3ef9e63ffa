import type { MeasuredLoudness } from '#shared/model/facts.ts';
import type { AudioRendition, EncodePlan } from '#shared/model/plan.ts';
import { commonOptions, bareOutput, type FfmpegStep } from './ffmpeg-step.ts';
import { sourceInput } from './input-options.ts';
import { loudnormTarget, mixFilters } from './loudness-command.ts';
import { audioFile } from './work-layout.ts';

/** Sound is made this much longer than the picture; the packager cuts it at the picture's end. */
const paddingSec = 1;
/** FLAC and Opus in MP4 are standard since 2018; older FFmpeg still asks for this. */
const newInMp4 = ['-strict', 'experimental'];

/**
 * The one run that makes all audio renditions, whole: the source is read once. Time 0 is the first picture: sound that
 * starts later is preceded by silence, earlier sound is cut, gaps inside are filled, and it never ends before the picture.
 *
 * @param folder where the task writes, relative to the work folder
 */
export function audioCommands(plan: EncodePlan, sourcePath: string, folder: string): FfmpegStep[] {
  const { originSec } = plan.grid;
  const makes = plan.audio.map((rendition) => `${folder}/${audioFile(plan, rendition.id)}`);
  const outputs = plan.audio.flatMap((rendition, i) => [
    '-map',
    `0:${rendition.streamIndex}`,
    ...(rendition.encoder === null ? copied(plan) : encoded(plan, rendition, rendition.encoder)),
    ...bareOutput,
    makes[i] ?? '',
  ]);
  return [
    {
      args: [
        ...commonOptions,
        ...(originSec > 0 ? ['-ss', originSec.toFixed(6)] : []),
        ...sourceInput(sourcePath),
        ...outputs,
      ],
      folders: [folder],
      makes,
      frames: null,
      durationSec: plan.durationSec,
    },
  ];
}

/** From the first packet that begins with the picture or after it: what begins before would move all others in Matroska. */
function copied(plan: EncodePlan): string[] {
  return ['-c:a', 'copy', '-copypriorss:a', '0', ...newInMp4, '-t', plan.durationSec.toFixed(6)];
}

function encoded(plan: EncodePlan, rendition: AudioRendition, encoder: string): string[] {
  const lengthSec = plan.durationSec + paddingSec;
  const filters = [
    // Stretches nothing: silence where packets are missing, cuts where they overlap, from time 0 on.
    'aresample=async=1:min_hard_comp=0.1:first_pts=0',
    ...loudnessFilters(rendition),
    `apad=whole_dur=${lengthSec.toFixed(6)}`,
    `atrim=end=${lengthSec.toFixed(6)}`,
  ];
  return [
    '-af',
    filters.join(','),
    '-c:a',
    encoder,
    ...option('-b:a', rendition.bitrateBps),
    ...option('-ac', rendition.channels),
    ...option('-ar', rendition.sampleRateHz),
    ...newInMp4,
  ];
}

/**
 * EBU R 128. With a measurement the whole track gets one gain (linear), and its dynamics stay; the mix comes first, since
 * it changes the level. The filter works at 192 kHz, so the rate is brought back by `-ar`.
 */
function loudnessFilters({ loudness, channels }: AudioRendition): string[] {
  if (loudness === null) return [];
  const { target, measured } = loudness;
  if (measured === null) return [...mixFilters(channels), loudnormTarget(target)];
  // A range above the target's makes the filter compress; a film keeps its range.
  const widened = { ...target, rangeLu: Math.max(target.rangeLu, Math.ceil(measured.rangeLu)) };
  return [...mixFilters(channels), `${loudnormTarget(widened)}:${measuredOptions(measured)}`];
}

function measuredOptions(m: MeasuredLoudness): string {
  return `measured_I=${m.integratedLufs}:measured_TP=${m.truePeakDbtp}:measured_LRA=${m.rangeLu}:measured_thresh=${m.thresholdLufs}:linear=true`;
}

function option(name: string, value: number | null): string[] {
  return value === null ? [] : [name, String(value)];
}
