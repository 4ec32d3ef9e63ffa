import type { Finding } from '#shared/model/finding.ts';
import { info, warning } from '../finding-of.ts';
import { attributeText } from '../m3u8/playlist-model.ts';
import { resolveUri } from '../package-path.ts';
import type { ObservedHls } from './observed-hls.ts';

/** Files that are half-made or forgotten by the tool that made the package. */
const temporary = /(\.(tmp|temp|part|partial|crdownload|lock|swp)|~|\.log|\.mbtree|\.stats)$/i;

/**
 * Side files that no playlist names, by S1 1.1: they belong to the package. The certificate too.
 */
const sideFiles = [
  /^fonts\.json$/,
  /^fonts\/[^/]+$/,
  /^chapters\.vtt$/,
  /^thumbs_\d+x\d+\.(webp|jpe?g|png|vtt)$/,
  /^thumbs_\d+x\d+\/[^/]+\.(jpe?g|png|webp)$/,
  /^subtitles\/[^/]+\.(ass|ssa|vtt|srt)$/,
  /^original\/[^/]+$/,
  /^_m3u8_backup_[^/]*\//,
  /^[^/]+\.encrew\.json$/,
];

/** Nothing half-made lies in the package. */
export function noTemporaryFiles(observed: ObservedHls): Finding[] {
  const found = [...observed.files.keys()].filter((path) => temporary.test(path) && !path.startsWith('original/'));
  if (found.length === 0) return [];
  return [warning('file-temporary', found[0] ?? null, `temporary files were left behind: ${found.join(', ')}`)];
}

/** What lies in the package and no playlist names. */
export function unreferencedFiles(observed: ObservedHls): Finding[] {
  const referenced = referencedPaths(observed);
  const found = [...observed.files.keys()].filter(
    (path) => !referenced.has(path) && !temporary.test(path) && !sideFiles.some((pattern) => pattern.test(path)),
  );
  if (found.length === 0) return [];
  const rest = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
  return [info('file-unreferenced', found[0] ?? null, `no playlist names ${found[0]}${rest}`)];
}

function referencedPaths(observed: ObservedHls): Set<string> {
  const { master } = observed;
  const paths = new Set<string>(observed.media.keys());
  const add = (from: string, uri: string | null): void => {
    const resolved = uri === null ? null : resolveUri(from, uri);
    if (resolved?.ok) paths.add(resolved.path);
  };
  if (master !== null) {
    paths.add(master.path);
    for (const tag of master.playlist.media) add(master.path, attributeText(tag, 'URI'));
    for (const tag of [...master.playlist.variants, ...master.playlist.iFrameVariants]) add(master.path, tag.uri);
  }
  for (const media of observed.media.values()) {
    for (const segment of media.playlist.segments) {
      add(media.path, segment.uri);
      add(media.path, segment.map?.uri ?? null);
    }
  }
  return paths;
}
