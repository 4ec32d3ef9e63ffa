import { attributeText, type MediaPlaylist, type TagLine, type VariantTag } from '../m3u8/playlist-model.ts';
import { resolveUri } from '../package-path.ts';
import type { ObservedHls, ObservedMedia } from './observed-hls.ts';
import type { SegmentStream } from './observed-segment.ts';

/*
 * Questions that several rules ask. A URI that leads nowhere gives null here; the rule of references tells about it.
 */

export type Role = 'video' | 'audio' | 'subtitles' | 'i-frames';

export type Variant = {
  tag: VariantTag;
  media: ObservedMedia | null;
  audio: GroupMember[];
  /** Nothing that it names is missing or unreadable: claims about the whole can be judged. */
  isComplete: boolean;
};
export type GroupMember = { tag: TagLine; media: ObservedMedia | null };

/** The variants with the renditions of their AUDIO group. */
export function variantsOf(observed: ObservedHls): Variant[] {
  const { master } = observed;
  if (master === null) return [];
  return master.playlist.variants.map((tag) => {
    const group = attributeText(tag, 'AUDIO');
    const audio = group === null ? [] : groupMembers(observed, 'AUDIO', group);
    const media = mediaAt(observed, tag.uri);
    // A rendition without a URI is inside the variant's own segments.
    const outside = audio.filter((member) => member.tag.attributes.has('URI'));
    const isComplete =
      isRead(media) && (group === null || audio.length > 0) && outside.every((member) => isRead(member.media));
    return { tag, media, audio, isComplete };
  });
}

/** The members of a group, in the order of the master. */
export function groupMembers(observed: ObservedHls, type: string, groupId: string): GroupMember[] {
  const tags = observed.master?.playlist.media ?? [];
  return tags
    .filter((tag) => attributeText(tag, 'TYPE') === type && attributeText(tag, 'GROUP-ID') === groupId)
    .map((tag) => ({ tag, media: mediaAt(observed, attributeText(tag, 'URI')) }));
}

/** The playlists of a role, each once, in the order of the master; a lone media playlist has the role of its content. */
export function playlistsOf(observed: ObservedHls, role: Role): ObservedMedia[] {
  const { master } = observed;
  if (master === null) return [...observed.media.values()].filter((media) => loneRole(media) === role);
  const uris = mediaUris(role, master.playlist);
  const found = uris.flatMap((uri) => mediaAt(observed, uri) ?? []);
  return [...new Set(found)];
}

/** Playlists with pictures or sound, which have to agree about segments and lengths. */
export function mainPlaylists(observed: ObservedHls): ObservedMedia[] {
  return [...new Set([...playlistsOf(observed, 'video'), ...playlistsOf(observed, 'audio')])];
}

function mediaUris(role: Role, master: NonNullable<ObservedHls['master']>['playlist']): (string | null)[] {
  const ofType = (...types: string[]): (string | null)[] =>
    master.media
      .filter((tag) => types.includes(attributeText(tag, 'TYPE') ?? ''))
      .map((tag) => attributeText(tag, 'URI'));
  switch (role) {
    case 'video':
      return [...master.variants.map((tag) => tag.uri), ...ofType('VIDEO')];
    case 'audio':
      return ofType('AUDIO');
    case 'subtitles':
      return ofType('SUBTITLES');
    case 'i-frames':
      return master.iFrameVariants.map((tag) => tag.uri);
  }
}

function loneRole(media: ObservedMedia): Role {
  if (media.playlist.iFramesOnly) return 'i-frames';
  if (media.rendition.format === 'webvtt') return 'subtitles';
  return media.rendition.streams.some((stream) => stream.kind === 'video') ? 'video' : 'audio';
}

/** The media playlist that a URI of the master leads to; null where it leads nowhere. */
export function mediaAt(observed: ObservedHls, uri: string | null): ObservedMedia | null {
  if (uri === null) return null;
  const resolved = resolveUri(observed.master?.path ?? '', uri);
  return resolved.ok ? (observed.media.get(resolved.path) ?? null) : null;
}

/** Seconds of all segments by EXTINF; null where one of them says none. */
export function totalSec(playlist: MediaPlaylist): number | null {
  let sum = 0;
  for (const segment of playlist.segments) {
    if (segment.durationSec === null) return null;
    sum += segment.durationSec;
  }
  return playlist.segments.length === 0 ? null : sum;
}

/** The first stream of a kind in a segment: pictures where there are any, as EXTINF follows them. */
export function leadingStream(media: ObservedMedia, index: number): SegmentStream | null {
  const streams = media.rendition.segments[index]?.streams ?? [];
  return streams.find((stream) => stream.kind === 'video') ?? streams.find((stream) => stream.kind === 'audio') ?? null;
}

/** Length of the film: of the playlist in the middle, so that one that is wrong does not make all others wrong. */
export function filmSec(observed: ObservedHls): number | null {
  const lengths = mainPlaylists(observed)
    .flatMap((media) => totalSec(media.playlist) ?? [])
    .sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? null;
}

function isRead(media: ObservedMedia | null): boolean {
  return media !== null && media.rendition.streams.some((stream) => stream.kind !== 'other');
}
