import type { Finding, FindingCode } from '#shared/model/finding.ts';
import { error, warning } from '../finding-of.ts';
import type { ObservedHls } from '../hls/observed-hls.ts';
import { filmSec } from '../hls/package-view.ts';
import { resolveUri } from '../package-path.ts';
import { parseWebVtt } from '../webvtt/parse-webvtt.ts';
import { type ImageSize, imageSize } from './image-size.ts';

const thumbnailTrack = /^thumbs_[^/]*\.vtt$/;

/** The sprite's WebVTT (S1 1.1): every box lies in its sheet, the times follow each other and cover the film. */
export function thumbnails(observed: ObservedHls): Finding[] {
  return [...observed.texts].flatMap(([path, text]) => (thumbnailTrack.test(path) ? judge(observed, path, text) : []));
}

function judge(observed: ObservedHls, path: string, text: string): Finding[] {
  const { cues, faults } = parseWebVtt(text);
  const findings: Finding[] = [];
  const [fault] = faults;
  if (fault !== undefined) findings.push(error('webvtt-syntax', path, `line ${fault.line}: ${fault.message}`));

  const wrong = new Map<FindingCode, string>();
  for (const cue of cues) {
    const found = tileFault(observed, path, cue.text.trim());
    if (found !== null && !wrong.has(found.code)) wrong.set(found.code, `line ${cue.line}: ${found.message}`);
  }
  for (const [code, message] of wrong) findings.push(error(code, path, message));

  const gap = cues.find((cue, i) => i > 0 && Math.abs(cue.startSec - (cues[i - 1]?.endSec ?? 0)) > 0.002);
  if (gap !== undefined) {
    findings.push(
      warning('thumbnail-times', path, `line ${gap.line}: the tile does not begin where the one before ends`),
    );
  }
  const film = filmSec(observed);
  const last = cues.at(-1);
  if (film !== null && last !== undefined && Math.abs(last.endSec - film) > 0.5) {
    const message = `the tiles end at ${last.endSec.toFixed(3)} s, the film at ${film.toFixed(3)} s`;
    findings.push(warning('thumbnail-coverage', path, message));
  }
  return findings;
}

/** `sheet.webp#xywh=x,y,w,h` (W3C Media Fragments). */
function tileFault(observed: ObservedHls, path: string, text: string): { code: FindingCode; message: string } | null {
  const match = /^([^#]+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/.exec(text);
  if (match === null) return { code: 'thumbnail-syntax', message: `"${text}" is no picture#xywh=x,y,w,h` };
  const resolved = resolveUri(path, match[1] ?? '');
  if (!resolved.ok || observed.files.get(resolved.path)?.kind !== 'file') {
    return { code: 'thumbnail-sheet-missing', message: `${match[1]} is not in the package` };
  }
  const head = observed.heads.get(resolved.path);
  const size: ImageSize | null = head === undefined ? null : imageSize(head);
  if (size === null) return { code: 'thumbnail-sheet-damaged', message: `${resolved.path} is no WebP, JPEG or PNG` };
  const [x = 0, y = 0, w = 0, h = 0] = match.slice(2).map(Number);
  if (w > 0 && h > 0 && x + w <= size.widthPx && y + h <= size.heightPx) return null;
  const sheet = `${size.widthPx}x${size.heightPx}`;
  return {
    code: 'thumbnail-outside-sheet',
    message: `the box ${x},${y},${w},${h} is not inside the sheet of ${sheet}`,
  };
}
