import type { EncodePlan } from '#shared/model/plan.ts';
import { isReadableText } from '../subtitle/image-subtitle.ts';
import { bareOutput, commonOptions, type FfmpegStep } from './ffmpeg-step.ts';
import { sourceInput } from './input-options.ts';
import { extractedAttachment, extractedSubtitle } from './work-layout.ts';

/**
 * The one run that takes text subtitles and attachments out of the source, as they are. Subtitles that are no readable text
 * stay in the source: only Matroska carries them, and its muxer takes them from there.
 *
 * @param folder where the task writes, relative to the work folder
 */
export function extractCommands(plan: EncodePlan, sourcePath: string, folder: string): FfmpegStep[] {
  const texts = textStreams(plan);
  // An attachment is dumped while the input is opened; a run needs an output all the same.
  const dumps = plan.attachments.flatMap((index) => [
    `-dump_attachment:${index}`,
    `${folder}/${extractedAttachment(index)}`,
  ]);
  const makes = texts.map(({ streamIndex, format }) => `${folder}/${extractedSubtitle(streamIndex, format)}`);
  const outputs = texts.flatMap(({ streamIndex, format, copy }, i) => [
    '-map',
    `0:${streamIndex}`,
    '-c:s',
    copy ? 'copy' : encoderFor[format],
    ...bareOutput,
    '-f',
    muxerFor[format],
    makes[i] ?? '',
  ]);
  if (texts.length === 0 && dumps.length === 0) return [];
  const nothing =
    texts.length === 0
      ? ['-map', `0:${plan.picture.streamIndex}`, '-c', 'copy', '-frames:v', '1', '-f', 'null', '-']
      : [];
  return [
    {
      args: [...commonOptions, ...dumps, ...sourceInput(sourcePath), ...outputs, ...nothing],
      folders: [folder, `${folder}/subtitles`, `${folder}/attachments`],
      makes: [...makes, ...plan.attachments.map((index) => `${folder}/${extractedAttachment(index)}`)],
      frames: null,
      durationSec: plan.durationSec,
    },
  ];
}

type TextFormat = 'ass' | 'srt' | 'vtt';
type TextStream = { streamIndex: number; format: TextFormat; copy: boolean };

const encoderFor: Record<TextFormat, string> = { ass: 'ass', srt: 'srt', vtt: 'webvtt' };
const muxerFor: Record<TextFormat, string> = { ass: 'ass', srt: 'srt', vtt: 'webvtt' };

/** How a codec is written as a text file: in its own form where it has one, as SubRip otherwise. */
export function textFormatOf(codec: string): TextFormat {
  if (codec === 'ass' || codec === 'ssa') return 'ass';
  return codec === 'webvtt' ? 'vtt' : 'srt';
}

function textStreams(plan: EncodePlan): TextStream[] {
  const wanted = plan.subtitles
    .filter(({ sourceCodec }) => isReadableText(sourceCodec))
    .map(({ streamIndex, sourceCodec }): TextStream => {
      const format = textFormatOf(sourceCodec);
      return { streamIndex, format, copy: ['ass', 'ssa', 'subrip', 'srt', 'webvtt'].includes(sourceCodec) };
    });
  const burnt = plan.picture.burnIn;
  if (burnt === null || burnt.form === 'image') return wanted;
  return [...wanted, { streamIndex: burnt.streamIndex, format: 'ass', copy: false }];
}
