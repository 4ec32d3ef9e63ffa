import { fractionValue } from '#shared/model/fraction.ts';
import { type Attribute, attributeList, quoted, resolution, yesNo } from './attribute-list.ts';
import type {
  MasterAudio,
  MasterAudioGroup,
  MasterPlaylistModel,
  MasterSubtitle,
  MasterVideo,
} from './master-model.ts';
import { packageUri } from './package-uri.ts';
import { variantOrder } from './variant-order.ts';

/**
 * The master playlist, RFC 8216 4.3.4 with VIDEO-RANGE of its successor and S1's COLOUR-SPACE and NAME, which players
 * that don't know them ignore (RFC 8216 4.2). No HDCP-LEVEL: nothing here asks for output protection.
 *
 * RangeError without video, with an empty audio group, or with groups whose members differ (RFC 8216 4.3.4.1.1).
 */
export function masterPlaylist(model: MasterPlaylistModel): string {
  refuseBrokenModel(model);
  const video = variantOrder(model.video);
  const blocks = [
    // 6 as in S1: from there on PROGRAM-ID is gone and EXT-X-MAP may appear in what this playlist points to.
    ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS'],
    model.audioGroups.flatMap(audioLines),
    subtitleLines(model.subtitles),
    variants(model, video).flatMap(([rung, group]) => variantLines(rung, group, model)),
    video.flatMap(iFrameLines),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return text.join('\n');
}

/** Every rung with every audio group; a player picks the group whose codec it knows. The preferred group comes first. */
function variants(model: MasterPlaylistModel, video: readonly MasterVideo[]): [MasterVideo, MasterAudioGroup | null][] {
  const groups: readonly (MasterAudioGroup | null)[] = model.audioGroups.length > 0 ? model.audioGroups : [null];
  return groups.flatMap((group) => video.map((rung): [MasterVideo, MasterAudioGroup | null] => [rung, group]));
}

function audioLines(group: MasterAudioGroup): string[] {
  return group.renditions.map((rendition, position) =>
    mediaTag('AUDIO', group.id, rendition.name, rendition.language, rendition.path, [
      ['DEFAULT', yesNo(position === 0)],
      ['AUTOSELECT', yesNo(position === 0 || audioMayBeChosen(group.renditions, position))],
      rendition.describesVideo ? ['CHARACTERISTICS', quoted('public.accessibility.describes-video')] : null,
      ['CHANNELS', quoted(rendition.jointObjectCoding ? '16/JOC' : String(rendition.channels))],
    ]),
  );
}

/**
 * A player may choose a track on its own by language; never a commentary, and never the second of two tracks that it
 * can't tell apart (RFC 8216 4.3.4.1.1: AUTOSELECT members differ in LANGUAGE, FORCED or CHARACTERISTICS).
 */
function audioMayBeChosen(renditions: readonly MasterAudio[], position: number): boolean {
  const own = renditions[position];
  if (own === undefined || own.commentary) return false;
  return !renditions
    .slice(0, position)
    .some(
      (other, i) =>
        (i === 0 || !other.commentary) && sameLanguage(other, own) && other.describesVideo === own.describesVideo,
    );
}

function subtitleLines(subtitles: readonly MasterSubtitle[]): string[] {
  // DEFAULT=YES at most once in a group: RFC 8216 4.3.4.1.1.
  const defaultPosition = subtitles.findIndex((subtitle) => subtitle.isDefault);
  return subtitles.map((subtitle, position) =>
    mediaTag('SUBTITLES', subtitleGroup, subtitle.name, subtitle.language, subtitle.path, [
      ['DEFAULT', yesNo(position === defaultPosition)],
      ['AUTOSELECT', yesNo(position === defaultPosition || subtitleMayBeChosen(subtitles, position))],
      ['FORCED', yesNo(subtitle.forced)],
      subtitle.sdh ? ['CHARACTERISTICS', quoted(sdhCharacteristics)] : null,
    ]),
  );
}

function subtitleMayBeChosen(subtitles: readonly MasterSubtitle[], position: number): boolean {
  const own = subtitles[position];
  if (own === undefined) return false;
  return !subtitles
    .slice(0, position)
    .some((other) => sameLanguage(other, own) && other.forced === own.forced && other.sdh === own.sdh);
}

function sameLanguage(a: { language: string | null }, b: { language: string | null }): boolean {
  return a.language === b.language;
}

const subtitleGroup = 'subtitles';

const sdhCharacteristics =
  'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound';

function mediaTag(
  type: 'AUDIO' | 'SUBTITLES',
  groupId: string,
  name: string,
  language: string | null,
  path: string,
  rest: readonly (Attribute | null)[],
): string {
  return `#EXT-X-MEDIA:${attributeList([
    ['TYPE', type],
    ['GROUP-ID', quoted(groupId)],
    ['NAME', quoted(name)],
    language === null ? null : ['LANGUAGE', quoted(language)],
    ...rest,
    ['URI', quoted(packageUri(path))],
  ])}`;
}

function variantLines(rung: MasterVideo, group: MasterAudioGroup | null, model: MasterPlaylistModel): string[] {
  const audio = group?.renditions ?? [];
  const attributes = attributeList([
    ['BANDWIDTH', String(rung.bitrate.peakBps + largest(audio.map((rendition) => rendition.bitrate.peakBps)))],
    [
      'AVERAGE-BANDWIDTH',
      String(rung.bitrate.averageBps + largest(audio.map((rendition) => rendition.bitrate.averageBps))),
    ],
    ['CODECS', quoted([rung.codec, ...new Set(audio.map((rendition) => rendition.codec))].join(','))],
    ['RESOLUTION', resolution(rung.widthPx, rung.heightPx)],
    ['FRAME-RATE', fractionValue(rung.frameRate).toFixed(3)],
    ['VIDEO-RANGE', rung.videoRange],
    ['CLOSED-CAPTIONS', 'NONE'],
    group === null ? null : ['AUDIO', quoted(group.id)],
    model.subtitles.length === 0 ? null : ['SUBTITLES', quoted(subtitleGroup)],
    rung.colourSpace === null ? null : ['COLOUR-SPACE', rung.colourSpace],
    ['NAME', quoted(rung.name)],
  ]);
  return [`#EXT-X-STREAM-INF:${attributes}`, packageUri(rung.path)];
}

function iFrameLines(rung: MasterVideo): string[] {
  if (rung.iFrames === null) return [];
  return [
    `#EXT-X-I-FRAME-STREAM-INF:${attributeList([
      ['BANDWIDTH', String(rung.iFrames.bitrate.peakBps)],
      ['AVERAGE-BANDWIDTH', String(rung.iFrames.bitrate.averageBps)],
      ['CODECS', quoted(rung.codec)],
      ['RESOLUTION', resolution(rung.widthPx, rung.heightPx)],
      ['VIDEO-RANGE', rung.videoRange],
      ['URI', quoted(packageUri(rung.iFrames.path))],
    ])}`,
  ];
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function refuseBrokenModel(model: MasterPlaylistModel): void {
  if (model.video.length === 0) throw new RangeError('a master playlist needs a video rendition');
  refuseRepeatedNames('the subtitles', model.subtitles);
  const [first] = model.audioGroups;
  for (const group of model.audioGroups) {
    if (group.renditions.length === 0) throw new RangeError(`audio group ${group.id} is empty`);
    refuseRepeatedNames(`audio group ${group.id}`, group.renditions);
    if (first !== undefined && memberKey(group) !== memberKey(first)) {
      throw new RangeError(`audio groups ${first.id} and ${group.id} must have the same members in the same order`);
    }
  }
}

function refuseRepeatedNames(what: string, members: readonly { name: string }[]): void {
  const names = members.map((member) => member.name);
  if (new Set(names).size < names.length) throw new RangeError(`${what} use a NAME twice`);
}

/** What must be identical in every group: all but URI and CHANNELS. */
function memberKey(group: MasterAudioGroup): string {
  return JSON.stringify(group.renditions.map((r) => [r.name, r.language, r.commentary, r.describesVideo]));
}
