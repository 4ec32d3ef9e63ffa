import type { Playlist, PlaylistFault } from './playlist-model.ts';
import type { PlaylistLine } from './split-lines.ts';

type Tag = Extract<PlaylistLine, { kind: 'tag' }>;

/** EXT-X-VERSION against what the used features need, RFC 8216 section 7. A missing tag means version 1. */
export function versionFaults(playlist: Playlist, tags: readonly Tag[]): PlaylistFault[] {
  const stated = playlist.version ?? 1;
  const worst = neededVersions(playlist, tags).reduce<Need | null>(
    (most, need) => (need.version > stated && need.version > (most?.version ?? 0) ? need : most),
    null,
  );
  if (worst === null) return [];
  const message = `${worst.feature} needs EXT-X-VERSION ${worst.version}, it says ${playlist.version ?? 'nothing'}`;
  return [{ code: 'playlist-version-low', severity: 'error', line: worst.line, message }];
}

type Need = { version: number; feature: string; line: number };

function neededVersions(playlist: Playlist, tags: readonly Tag[]): Need[] {
  const needs: Need[] = [];
  const iFramesOnly = playlist.kind === 'media' && playlist.iFramesOnly;
  for (const tag of tags) {
    const need = (version: number, feature: string): void => {
      needs.push({ version, feature, line: tag.line });
    };
    switch (tag.name) {
      case 'EXT-X-KEY':
        if (tag.attributes.has('IV')) need(2, 'the IV attribute of EXT-X-KEY');
        if (tag.attributes.has('KEYFORMAT') || tag.attributes.has('KEYFORMATVERSIONS')) need(5, 'KEYFORMAT');
        break;
      case 'EXTINF':
        if (/^\d+\.\d/.test(tag.value)) need(3, 'a fractional EXTINF');
        break;
      case 'EXT-X-BYTERANGE':
      case 'EXT-X-I-FRAMES-ONLY':
        need(4, tag.name);
        break;
      case 'EXT-X-MAP':
        need(iFramesOnly ? 5 : 6, tag.name);
        break;
      case 'EXT-X-MEDIA':
        if ((tag.attributes.get('INSTREAM-ID')?.text ?? '').startsWith('SERVICE')) need(7, 'a SERVICE INSTREAM-ID');
        break;
      case 'EXT-X-DEFINE':
        need(8, tag.name);
        break;
      case 'EXT-X-SKIP':
        need(9, tag.name);
        break;
      default:
    }
    for (const name of tag.attributes.keys()) if (name.startsWith('REQ-')) need(12, `the attribute ${name}`);
  }
  return needs;
}
