import type { Finding } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import { attributeText, type TagLine } from '../m3u8/playlist-model.ts';
import { languageFault } from './language-fault.ts';
import type { ObservedHls } from './observed-hls.ts';

/** Each group that a variant names exists: RFC 8216 4.3.4.2. */
export function groupsExist({ master }: ObservedHls): Finding[] {
  if (master === null) return [];
  const findings: Finding[] = [];
  for (const variant of master.playlist.variants) {
    for (const type of ['AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS']) {
      const value = variant.attributes.get(type);
      if (value === undefined || (type === 'CLOSED-CAPTIONS' && !value.isQuoted)) continue;
      const exists = master.playlist.media.some(
        (tag) => attributeText(tag, 'TYPE') === type && attributeText(tag, 'GROUP-ID') === value.text,
      );
      const message = `line ${variant.line}: there is no ${type} group "${value.text}"`;
      if (!exists) findings.push(error('group-missing', master.path, message));
    }
  }
  return findings;
}

/** Groups of one TYPE have the same members, alike in all but URI and CHANNELS: RFC 8216 4.3.4.1.1. */
export function groupMembersAgree({ master }: ObservedHls): Finding[] {
  if (master === null) return [];
  const findings: Finding[] = [];
  for (const [type, groups] of groupsByType(master.playlist.media)) {
    const [first, ...others] = [...groups];
    if (first === undefined) continue;
    for (const [id, members] of others) {
      if (memberKeys(members) !== memberKeys(first[1])) {
        const message = `${type} groups "${first[0]}" and "${id}" have different members`;
        findings.push(error('group-members-differ', master.path, message));
      }
    }
  }
  return findings;
}

/** In a group: NAME unique, one DEFAULT at most (RFC 8216 4.3.4.1.1). */
export function groupsAreClear({ master }: ObservedHls): Finding[] {
  if (master === null) return [];
  const findings: Finding[] = [];
  for (const [type, groups] of groupsByType(master.playlist.media)) {
    for (const [id, members] of groups) {
      const names = members.map((tag) => attributeText(tag, 'NAME') ?? '');
      const repeated = names.find((name, i) => names.indexOf(name) < i);
      if (repeated !== undefined) {
        const message = `${type} group "${id}" has two members named "${repeated}"`;
        findings.push(error('group-name-repeated', master.path, message));
      }
      const defaults = members.filter((tag) => attributeText(tag, 'DEFAULT') === 'YES');
      if (defaults.length > 1) {
        const message = `${type} group "${id}" has ${defaults.length} members with DEFAULT=YES`;
        findings.push(error('group-default-repeated', master.path, message));
      }
      if (type === 'AUDIO' && defaults.length === 0) {
        const message = `${type} group "${id}" has no member with DEFAULT=YES: players differ in what they choose`;
        findings.push(warning('group-default-missing', master.path, message));
      }
    }
  }
  return findings;
}

/** Attributes of one EXT-X-MEDIA that depend on each other: RFC 8216 4.3.4.1. */
export function mediaTagsAgree({ master }: ObservedHls): Finding[] {
  if (master === null) return [];
  const { path } = master;
  return master.playlist.media.flatMap((tag) => {
    const text = (name: string): string | null => attributeText(tag, name);
    const says = (message: string): string => `line ${tag.line}: "${text('NAME') ?? ''}" ${message}`;
    const type = text('TYPE');
    const findings: Finding[] = [];
    if (text('DEFAULT') === 'YES' && text('AUTOSELECT') === 'NO') {
      findings.push(error('default-not-autoselect', path, says('has DEFAULT=YES with AUTOSELECT=NO')));
    }
    if (type !== 'SUBTITLES' && text('FORCED') !== null) {
      findings.push(error('forced-not-subtitle', path, says('has FORCED, which only SUBTITLES may have')));
    }
    if (type === 'SUBTITLES' && text('URI') === null) {
      findings.push(error('media-uri-missing', path, says('is SUBTITLES without a URI')));
    }
    if (type === 'CLOSED-CAPTIONS' && (text('URI') !== null || text('INSTREAM-ID') === null)) {
      findings.push(error('closed-captions-tag', path, says('is CLOSED-CAPTIONS: it needs INSTREAM-ID and no URI')));
    }
    if (type === 'AUDIO' && text('CHANNELS') === null) {
      findings.push(warning('channels-missing', path, says('is AUDIO without CHANNELS')));
    }
    for (const name of ['LANGUAGE', 'ASSOC-LANGUAGE']) {
      const language = text(name);
      const fault = language === null ? null : languageFault(language);
      if (fault !== null)
        findings.push(warning('language-not-bcp47', path, says(`has ${name} "${language}": ${fault}`)));
    }
    return findings;
  });
}

/** CLOSED-CAPTIONS=NONE on one variant means it on all: RFC 8216 4.3.4.2. */
export function closedCaptionsAgree({ master }: ObservedHls): Finding[] {
  if (master === null) return [];
  const { variants } = master.playlist;
  const none = variants.filter((tag) => attributeText(tag, 'CLOSED-CAPTIONS') === 'NONE');
  if (none.length === 0 || none.length === variants.length) return [];
  const message = `CLOSED-CAPTIONS=NONE stands on ${none.length} of ${variants.length} variants; it must be all or none`;
  return [error('closed-captions-differ', master.path, message)];
}

function groupsByType(tags: readonly TagLine[]): Map<string, Map<string, TagLine[]>> {
  const byType = Map.groupBy(tags, (tag) => attributeText(tag, 'TYPE') ?? '');
  return new Map(
    [...byType].map(([type, members]) => [type, Map.groupBy(members, (tag) => attributeText(tag, 'GROUP-ID') ?? '')]),
  );
}

function memberKeys(members: readonly TagLine[]): string {
  const keys = members.map((tag) =>
    [...tag.attributes]
      // BIT-DEPTH and SAMPLE-RATE belong to the format, as CHANNELS does; STABLE-RENDITION-ID is one of a kind.
      .filter(
        ([name]) => !['URI', 'CHANNELS', 'GROUP-ID', 'BIT-DEPTH', 'SAMPLE-RATE', 'STABLE-RENDITION-ID'].includes(name),
      )
      .map(([name, value]) => `${name}=${value.text}`)
      .sort()
      .join('\n'),
  );
  return keys.sort().join('\n\n');
}
