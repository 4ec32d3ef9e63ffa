import type { Finding } from '#shared/model/finding.ts';
import type { Playlist } from '../m3u8/playlist-model.ts';
import type { ObservedHls } from './observed-hls.ts';

/** What the parser told about each playlist, with the line: RFC 8216 4. */
export function playlistSyntax(observed: ObservedHls): Finding[] {
  const findings = observed.master === null ? [] : faultsOf(observed.master.path, observed.master.playlist);
  for (const media of observed.media.values()) findings.push(...faultsOf(media.path, media.playlist));
  return findings;
}

/** The same fault on a thousand lines is one finding. */
function faultsOf(path: string, playlist: Playlist): Finding[] {
  const byCode = Map.groupBy(playlist.faults, (fault) => fault.code);
  return [...byCode.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const rest = more.length === 0 ? '' : ` (and ${more.length} more like it)`;
    return [
      {
        code: first.code,
        severity: first.severity,
        where: path,
        message: `line ${first.line}: ${first.message}${rest}`,
      },
    ];
  });
}
