import type { Finding, FindingCode } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import { attributeText, type ParsedByteRange } from '../m3u8/playlist-model.ts';
import { resolveUri } from '../package-path.ts';
import type { ObservedHls } from './observed-hls.ts';

type Reference = { line: number; uri: string; range: ParsedByteRange | null; mayBeMissing: boolean };

/**
 * Every URI leads to a file of the package (RFC 8216 4.1). What is not relative, leaves the package or hides behind a
 * link is told and was never opened.
 */
export function references(observed: ObservedHls): Finding[] {
  const { master } = observed;
  const findings = master === null ? [] : judge(observed, master.path, masterReferences(master.playlist));
  for (const media of observed.media.values()) {
    const segments = media.playlist.segments.flatMap((segment) => [
      ...(segment.map === null ? [] : [{ ...segment.map, mayBeMissing: false }]),
      { line: segment.line, uri: segment.uri, range: segment.range, mayBeMissing: segment.gap },
    ]);
    findings.push(...judge(observed, media.path, segments));
  }
  for (const [path, kind] of observed.notPlaylists) {
    if (kind === 'webvtt') {
      const message = 'a SUBTITLES rendition must be a media playlist over the WebVTT, not the .vtt itself';
      findings.push(error('subtitle-without-playlist', path, message));
    } else {
      findings.push(
        error('media-playlist-invalid', path, `is named as a media playlist and is ${kind.replace('-', ' ')}`),
      );
    }
  }
  return findings;
}

function masterReferences(master: NonNullable<ObservedHls['master']>['playlist']): Reference[] {
  return [
    ...master.media.map((tag) => ({ line: tag.line, uri: attributeText(tag, 'URI') })),
    ...master.variants,
    ...master.iFrameVariants,
  ].flatMap(({ line, uri }) => (uri === null ? [] : [{ line, uri, range: null, mayBeMissing: false }]));
}

function judge(observed: ObservedHls, where: string, list: readonly Reference[]): Finding[] {
  const faults: { code: FindingCode; severity: 'error' | 'warning'; line: number; what: string }[] = [];
  const seen = new Set<string>();
  for (const { line, uri, range, mayBeMissing } of list) {
    const key = `${uri} ${range?.offsetBytes ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const add = (code: FindingCode, what: string, severity: 'error' | 'warning' = 'error'): void => {
      faults.push({ code, severity, line, what });
    };
    const resolved = resolveUri(where, uri);
    if (!resolved.ok) {
      add(`uri-${resolved.why}`, `${uri} ${notInside[resolved.why]}`);
      continue;
    }
    if (!resolved.wellFormed) add('uri-not-encoded', `${uri} has characters that a URI must percent-encode`, 'warning');
    const file = observed.files.get(resolved.path);
    if (file === undefined) {
      if (!mayBeMissing) add('file-missing', `${resolved.path} is not there`);
    } else if (file.kind !== 'file') {
      add('file-leaves-package', `${resolved.path} is a link out of the package, or no file at all`);
    } else if (file.sizeBytes === 0) {
      add('file-empty', `${resolved.path} is empty`);
    } else if (range !== null && range.offsetBytes + range.lengthBytes > file.sizeBytes) {
      add('byterange-beyond-file', `${range.lengthBytes}@${range.offsetBytes} ends beyond ${resolved.path}`);
    }
  }
  return [...Map.groupBy(faults, (fault) => fault.code).values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const rest = more.length === 0 ? '' : ` (and ${more.length} more like it)`;
    const message = `line ${first.line}: ${first.what}${rest}`;
    return [first.severity === 'error' ? error(first.code, where, message) : warning(first.code, where, message)];
  });
}

const notInside = {
  url: 'is a whole URL: the package would depend on another place',
  'absolute-path': 'is an absolute path: it breaks when the package moves',
  'outside-package': 'leads out of the package',
  malformed: 'is no usable file name',
};
