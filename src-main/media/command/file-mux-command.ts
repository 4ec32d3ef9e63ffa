import { terminologicCode } from '#shared/format/language.ts';
import type { AudioRendition, EncodePlan, SubtitleRendition } from '#shared/model/plan.ts';
import { commonOptions, keptTimes } from './ffmpeg-step.ts';
import { ownFileUrl, sourceInput } from './input-options.ts';

/** A text subtitle made ready for the muxer. */
export type MuxText = { subtitle: SubtitleRendition; path: string };
/** An attachment made ready for Matroska: its safe name and true type. */
export type MuxAttachment = { path: string; fileName: string; mimeType: string };

export type FileMuxInputs = {
  /** ffconcat list of the chunks. */
  list: string;
  /** One file for each audio rendition, in plan order. */
  audio: readonly string[];
  /** Text subtitles, on the film's clock, in plan order. */
  texts: readonly MuxText[];
  /** Image subtitles, which the muxer takes from the source itself. */
  images: readonly SubtitleRendition[];
  sourcePath: string;
  /** The container's own start, seconds (`MediaFacts.startSec`). */
  sourceStartSec: number;
  attachments: readonly MuxAttachment[];
  /** FFMETADATA1 with title and chapters. */
  metadata: string;
  /** Relative to the staging folder, which is the working folder. */
  output: string;
};

/**
 * The one run that joins a job's parts to an MP4 or MKV, all paths absolute but the output's. Every track says its
 * language, exactly one sound is the default, and nothing of an MP4's source comes along but what the plan
 * names; Matroska keeps the film's own tags.
 */
export function fileMuxCommand(plan: EncodePlan, inputs: FileMuxInputs): string[] {
  const { list, audio, texts, images, metadata } = inputs;
  const reading = ['-protocol_whitelist', 'file'];
  const duration = ['-t', plan.durationSec.toFixed(6)];
  const firstPictureSec = inputs.sourceStartSec + plan.grid.originSec;
  // Matroska takes graphics and the film's own tags from the source itself.
  const isArchive = plan.container === 'mkv';
  const source = isArchive ? ['-itsoffset', (-firstPictureSec).toFixed(6), ...sourceInput(inputs.sourcePath)] : [];
  const firstText = 1 + audio.length;
  const metadataInput = firstText + texts.length;
  const maps = [
    '0:v:0',
    ...audio.map((_, i) => `${1 + i}:a:0`),
    ...texts.map((_, i) => `${firstText + i}:s:0`),
    ...images.map(({ streamIndex }) => `${metadataInput + 1}:${streamIndex}`),
  ];
  const subtitles = [...texts.map(({ subtitle }) => subtitle), ...images];
  return [
    ...commonOptions,
    ...keptTimes,
    ...reading,
    ...['-f', 'concat', '-i', ownFileUrl(list)],
    // Sound ends with the picture; its file goes on a little.
    ...audio.flatMap((path) => [...duration, ...reading, '-i', ownFileUrl(path)]),
    ...texts.flatMap(({ path }) => [...reading, '-i', ownFileUrl(path)]),
    ...['-protocol_whitelist', 'file', '-f', 'ffmetadata', '-i', ownFileUrl(metadata)],
    ...source,
    ...maps.flatMap((map) => ['-map', map]),
    ...[
      '-map_metadata:s',
      '-1',
      '-map_metadata:g',
      `${isArchive ? metadataInput + 1 : metadataInput}:g`,
      '-map_chapters',
      String(metadataInput),
    ],
    ...['-c:v', 'copy', '-c:a', 'copy'],
    ...subtitles.flatMap((subtitle, i) => subtitleOptions(subtitle, i, plan.container)),
    // Graphics from before the first picture would have negative times, which the muxer mends by delaying everything else.
    ...images.flatMap((_, i) => [`-copypriorss:s:${texts.length + i}`, '0']),
    ...plan.audio.flatMap((track, i) => audioOptions(track, i, plan.container)),
    ...['-disposition:v:0', 'default'],
    ...containerOptions(plan, inputs.attachments),
    inputs.output,
  ];
}

function audioOptions(track: AudioRendition, i: number, container: EncodePlan['container']): string[] {
  const flags = [
    track.isDefault ? 'default' : '',
    track.commentary ? 'comment' : '',
    track.describesVideo ? 'visual_impaired' : '',
  ];
  return [
    ...[`-metadata:s:a:${i}`, `language=${languageTag(track.language, container)}`],
    ...[`-metadata:s:a:${i}`, `${nameTag(container)}=${track.name}`],
    ...[`-disposition:a:${i}`, dispositionText(flags)],
  ];
}

function subtitleOptions(subtitle: SubtitleRendition, i: number, container: EncodePlan['container']): string[] {
  const flags = [
    subtitle.isDefault ? 'default' : '',
    subtitle.forced ? 'forced' : '',
    subtitle.kind === 'sdh' ? 'hearing_impaired' : '',
  ];
  return [
    ...[`-c:s:${i}`, subtitle.mux ?? 'copy'],
    ...[`-metadata:s:s:${i}`, `language=${languageTag(subtitle.language, container)}`],
    ...[`-metadata:s:s:${i}`, `${nameTag(container)}=${subtitle.name}`],
    ...[`-disposition:s:${i}`, dispositionText(flags)],
  ];
}

/** Matroska counts in ISO 639-2/B (`ger`), MP4 in ISO 639-2/T (`deu`). */
function languageTag(language: string | null, container: EncodePlan['container']): string {
  if (language === null) return 'und';
  return container === 'mp4' ? terminologicCode(language) : language;
}

/** Where players look for a track's name: MP4 has only the handler's. */
function nameTag(container: EncodePlan['container']): string {
  return container === 'mp4' ? 'handler_name' : 'title';
}

function containerOptions(plan: EncodePlan, attachments: readonly MuxAttachment[]): string[] {
  if (plan.container === 'mp4') {
    const tag = plan.video[0]?.codec === 'hevc' ? ['-tag:v', 'hvc1'] : [];
    const ticks = ['-video_track_timescale', String(plan.grid.rate.num)];
    return [...tag, ...ticks, '-movflags', '+faststart', '-strict', 'experimental', '-f', 'mp4'];
  }
  const attached = attachments.flatMap(({ path, fileName, mimeType }, i) => [
    ...['-attach', path],
    ...[`-metadata:s:t:${i}`, `filename=${fileName}`, `-metadata:s:t:${i}`, `mimetype=${mimeType}`],
  ]);
  return [...attached, '-cues_to_front', '1', '-default_mode', 'passthrough', '-f', 'matroska'];
}

function dispositionText(flags: readonly string[]): string {
  const set = flags.filter((flag) => flag !== '');
  return set.length === 0 ? '0' : set.join('+');
}
