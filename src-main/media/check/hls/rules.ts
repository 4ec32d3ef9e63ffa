import type { Finding } from '#shared/model/finding.ts';
import { chapters } from '../assets/chapters.ts';
import { fonts } from '../assets/fonts.ts';
import { thumbnails } from '../assets/thumbnails.ts';
import { bandwidth } from './bandwidth.ts';
import {
  hevcPackaging,
  initEditLists,
  initSegments,
  segmentsReadable,
  streamsConstant,
  transportStreamsClean,
} from './containers.ts';
import { filmLastsAsSource, noTinyEnd, renditionsEndTogether, targetDurationsAgree } from './durations.ts';
import { closedCaptionsAgree, groupMembersAgree, groupsAreClear, groupsExist, mediaTagsAgree } from './groups.ts';
import { iFramePlaylists, iFrameRanges } from './i-frames.ts';
import { noTemporaryFiles, unreferencedFiles } from './leftovers.ts';
import type { HlsRule, ObservedHls } from './observed-hls.ts';
import { playlistSyntax } from './playlist-syntax.ts';
import { references } from './references.ts';
import { channelsAgree, codecsAgree, frameRateAgrees, resolutionAgrees, videoRangeAgrees } from './stream-claims.ts';
import { cuesInTheirSegments, cuesRepeated, subtitleSyntax, timestampMaps } from './subtitles.ts';
import {
  lastSegmentLasts,
  segmentsJoin,
  segmentsStartWithKeyframe,
  soundStartsWithPicture,
  videoCutsAgree,
} from './timeline.ts';

/** Every rule for an HLS package, in the order in which a person would look. Each says its standard where it stands. */
export const hlsRules: readonly HlsRule[] = [
  playlistSyntax,
  references,
  groupsExist,
  groupMembersAgree,
  groupsAreClear,
  mediaTagsAgree,
  closedCaptionsAgree,
  segmentsReadable,
  transportStreamsClean,
  initSegments,
  initEditLists,
  hevcPackaging,
  streamsConstant,
  codecsAgree,
  resolutionAgrees,
  frameRateAgrees,
  videoRangeAgrees,
  channelsAgree,
  bandwidth,
  targetDurationsAgree,
  renditionsEndTogether,
  filmLastsAsSource,
  noTinyEnd,
  videoCutsAgree,
  segmentsStartWithKeyframe,
  segmentsJoin,
  lastSegmentLasts,
  soundStartsWithPicture,
  iFramePlaylists,
  iFrameRanges,
  subtitleSyntax,
  timestampMaps,
  cuesInTheirSegments,
  cuesRepeated,
  thumbnails,
  chapters,
  fonts,
  noTemporaryFiles,
  unreferencedFiles,
];

/** All that is wrong with an observed HLS package. */
export function checkHls(observed: ObservedHls): Finding[] {
  return hlsRules.flatMap((rule) => rule(observed));
}
