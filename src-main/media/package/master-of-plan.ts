import { bcp47Of } from '#shared/format/language.ts';
import type { AudioRendition, EncodePlan, SubtitleRendition, VideoRendition } from '#shared/model/plan.ts';
import { type MeasuredBitrate, measuredBitrate, type SegmentSize } from './playlist/bandwidth.ts';
import type { MasterAudio, MasterAudioGroup, MasterPlaylistModel, MasterVideo } from './playlist/master-model.ts';

/** What was measured of one stream. */
export type StreamMeasures = {
  /** RFC 6381. */
  codec: string;
  segments: readonly SegmentSize[];
  /** Of the I-frame playlist; null where there is none. */
  iFrames: readonly SegmentSize[] | null;
};

/** Paths of a rendition's playlists, relative to the package (S1 1.1). */
export function streamPlaylist(id: string): string {
  return `${id}/${id}.m3u8`;
}

/** The trick-play playlist beside it. */
export function iFramePlaylistPath(id: string): string {
  return `${id}/${id}_iframes.m3u8`;
}

/** The master playlist's content: what the plan names, with the numbers of what was made. RangeError where a stream was not measured. */
export function masterOfPlan(
  plan: EncodePlan,
  measures: ReadonlyMap<string, StreamMeasures>,
  playable: readonly SubtitleRendition[],
  targetDurationSec: number,
): MasterPlaylistModel {
  const measuresOf = (id: string): StreamMeasures => {
    const found = measures.get(id);
    if (found === undefined) throw new RangeError(`${id} was not measured`);
    return found;
  };
  const bitrateOf = (segments: readonly SegmentSize[]): MeasuredBitrate => measuredBitrate(segments, targetDurationSec);

  const video = plan.video.map((rung): MasterVideo => {
    const { codec, segments, iFrames } = measuresOf(rung.id);
    return {
      path: streamPlaylist(rung.id),
      name: `${rung.width}x${rung.height} ${rung.dynamicRange === 'sdr' ? 'SDR' : 'HDR'}`,
      widthPx: rung.width,
      heightPx: rung.height,
      frameRate: plan.grid.rate,
      codec,
      videoRange: rangeOf(rung),
      colourSpace: colourSpaceOf(rung),
      bitrate: bitrateOf(segments),
      iFrames: iFrames === null ? null : { path: iFramePlaylistPath(rung.id), bitrate: bitrateOf(iFrames) },
    };
  });
  const audio = (track: AudioRendition): MasterAudio => {
    const { codec, segments } = measuresOf(track.id);
    return {
      path: streamPlaylist(track.id),
      name: track.name,
      language: track.language === null ? null : bcp47Of(track.language),
      codec,
      channels: track.channels ?? 2,
      jointObjectCoding: false,
      commentary: track.commentary,
      describesVideo: track.describesVideo,
      bitrate: bitrateOf(segments),
    };
  };
  const groupIds = [...new Set(plan.audio.map(({ group }) => group))];
  return {
    video,
    audioGroups: groupIds.map(
      (id): MasterAudioGroup => ({ id, renditions: plan.audio.filter(({ group }) => group === id).map(audio) }),
    ),
    subtitles: playable.map((subtitle) => ({
      path: subtitle.playlist ?? '',
      name: subtitle.name,
      language: subtitle.language === null ? null : bcp47Of(subtitle.language),
      isDefault: subtitle.isDefault,
      forced: subtitle.forced,
      sdh: subtitle.kind === 'sdh',
    })),
  };
}

function rangeOf(rung: VideoRendition): MasterVideo['videoRange'] {
  switch (rung.dynamicRange) {
    case 'sdr':
      return 'SDR';
    case 'pq':
      return 'PQ';
    case 'hlg':
      return 'HLG';
  }
}

function colourSpaceOf({ color }: VideoRendition): string | null {
  if (color.primaries === 'bt709') return 'BT.709';
  if (color.primaries === 'bt2020') return 'BT.2020';
  return color.primaries === 'smpte170m' || color.primaries === 'bt470bg' ? 'BT.601' : null;
}
