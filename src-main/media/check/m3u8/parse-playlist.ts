import type { MasterPlaylist, MediaPlaylist, Playlist, PlaylistFault, TagLine, VariantTag } from './playlist-model.ts';
import { readSegments } from './read-segments.ts';
import { type PlaylistLine, splitLines } from './split-lines.ts';
import { versionFaults } from './required-version.ts';

type Tag = Extract<PlaylistLine, { kind: 'tag' }>;

/**
 * Reads a master or media playlist and tells every fault of its syntax with the line. A playlist with tags of both kinds is
 * read as what most of them say. Never throws, whatever the text.
 */
export function parsePlaylist(text: string): Playlist {
  const { lines, faults } = splitLines(text);
  const tags = lines.filter((line): line is Tag => line.kind === 'tag');
  const kind = kindOf(tags);
  const all = [...faults, ...misplacedTags(tags, kind), ...repeatedTags(tags)];
  const playlist = kind === 'master' ? readMaster(lines, tags, all) : readMedia(lines, tags, all);
  playlist.faults.push(...versionFaults(playlist, tags));
  playlist.faults.sort((a, b) => a.line - b.line);
  return playlist;
}

function kindOf(tags: readonly Tag[]): 'master' | 'media' {
  const count = (where: 'master' | 'media'): number => tags.filter((tag) => tag.spec.in === where).length;
  return count('master') > count('media') ? 'master' : 'media';
}

function misplacedTags(tags: readonly Tag[], kind: 'master' | 'media'): PlaylistFault[] {
  return tags
    .filter((tag) => tag.spec.in !== 'both' && tag.spec.in !== kind)
    .map((tag) => ({
      code: 'playlist-tag-misplaced',
      severity: 'error',
      line: tag.line,
      message: `${tag.name} has no place in a ${kind} playlist`,
    }));
}

function repeatedTags(tags: readonly Tag[]): PlaylistFault[] {
  const seen = new Set<string>();
  const faults: PlaylistFault[] = [];
  for (const tag of tags) {
    if (tag.spec.once && seen.has(tag.name)) {
      faults.push({
        code: 'playlist-tag-repeated',
        severity: 'error',
        line: tag.line,
        message: `a second ${tag.name}`,
      });
    }
    seen.add(tag.name);
  }
  return faults;
}

function readMaster(lines: readonly PlaylistLine[], tags: readonly Tag[], faults: PlaylistFault[]): MasterPlaylist {
  const variants: VariantTag[] = [];
  let open: Tag | null = null;
  const noUri = (tag: Tag): void => {
    const message = 'EXT-X-STREAM-INF is not followed by a URI';
    faults.push({ code: 'playlist-uri-missing', severity: 'error', line: tag.line, message });
    variants.push({ line: tag.line, attributes: tag.attributes, uri: null });
  };
  for (const line of lines) {
    if (line.kind === 'uri') {
      if (open === null) {
        const message = 'a URI without EXT-X-STREAM-INF before it';
        faults.push({ code: 'playlist-uri-unexpected', severity: 'error', line: line.line, message });
      } else {
        variants.push({ line: open.line, attributes: open.attributes, uri: line.uri });
      }
      open = null;
      continue;
    }
    // The URI has to be the next line that means something (RFC 8216 4.3.4.2).
    if (open !== null) noUri(open);
    open = line.name === 'EXT-X-STREAM-INF' ? line : null;
  }
  if (open !== null) noUri(open);
  if (variants.length === 0) {
    faults.push({ code: 'playlist-empty', severity: 'error', line: 1, message: 'the master playlist has no variant' });
  }
  return {
    kind: 'master',
    version: versionOf(tags),
    independentSegments: has(tags, 'EXT-X-INDEPENDENT-SEGMENTS'),
    media: tags.filter((tag) => tag.name === 'EXT-X-MEDIA').map(tagLine),
    variants,
    iFrameVariants: tags
      .filter((tag) => tag.name === 'EXT-X-I-FRAME-STREAM-INF')
      .map((tag) => ({ ...tagLine(tag), uri: tag.attributes.get('URI')?.text ?? null })),
    faults,
  };
}

function readMedia(lines: readonly PlaylistLine[], tags: readonly Tag[], faults: PlaylistFault[]): MediaPlaylist {
  const { segments, faults: segmentFaults } = readSegments(lines);
  const iFramesOnly = has(tags, 'EXT-X-I-FRAMES-ONLY');
  const targetText = tags.find((tag) => tag.name === 'EXT-X-TARGETDURATION')?.value ?? null;
  const targetDurationSec = targetText !== null && /^\d+$/.test(targetText) ? Number(targetText) : null;
  faults.push(...segmentFaults);
  if (targetText === null) {
    const message = 'EXT-X-TARGETDURATION is missing';
    faults.push({ code: 'playlist-target-duration-missing', severity: 'error', line: 1, message });
  }
  if (targetDurationSec !== null && !iFramesOnly) {
    for (const segment of segments) {
      // RFC 8216 4.3.3.1: rounded to the nearest second.
      if (segment.durationSec !== null && Math.round(segment.durationSec) > targetDurationSec) {
        const message = `EXTINF ${segment.durationSec} is above EXT-X-TARGETDURATION ${targetDurationSec}`;
        const code = 'playlist-target-duration-exceeded';
        faults.push({ code, severity: 'error', line: segment.line, message });
      }
    }
  }
  const playlistType = tags.find((tag) => tag.name === 'EXT-X-PLAYLIST-TYPE')?.value ?? null;
  if (playlistType !== null && playlistType !== 'VOD' && playlistType !== 'EVENT') {
    const message = `EXT-X-PLAYLIST-TYPE ${playlistType} is neither VOD nor EVENT`;
    faults.push({ code: 'playlist-tag-value', severity: 'error', line: 1, message });
  }
  const ended = has(tags, 'EXT-X-ENDLIST');
  if (!ended) {
    const message = 'no EXT-X-ENDLIST: players take it for a live stream and wait for more';
    faults.push({ code: 'playlist-not-ended', severity: 'error', line: 1, message });
  }
  if (segments.length === 0) {
    faults.push({ code: 'playlist-empty', severity: 'error', line: 1, message: 'the media playlist has no segment' });
  }
  return {
    kind: 'media',
    version: versionOf(tags),
    independentSegments: has(tags, 'EXT-X-INDEPENDENT-SEGMENTS'),
    targetDurationSec,
    playlistType,
    iFramesOnly,
    ended,
    segments,
    faults,
  };
}

function has(tags: readonly Tag[], name: string): boolean {
  return tags.some((tag) => tag.name === name);
}

function versionOf(tags: readonly Tag[]): number | null {
  const text = tags.find((tag) => tag.name === 'EXT-X-VERSION')?.value ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
}

function tagLine(tag: Tag): TagLine {
  return { line: tag.line, attributes: tag.attributes };
}
