import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { warning } from '#main/media/check/finding-of.ts';
import { textFormatOf } from '#main/media/command/extract-command.ts';
import { extractedSubtitle, taskFolder } from '#main/media/command/work-layout.ts';
import { subtitlePlaylist } from '#main/media/package/subtitle-playlist.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';
import { type UsedFace, usedFaces } from '#main/media/subtitle/ass.ts';
import { filmSubtitle } from '#main/media/subtitle/film-subtitle.ts';
import { segmentWebVtt } from '#main/media/subtitle/segment-webvtt.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan, SubtitleRendition } from '#shared/model/plan.ts';

export type WrittenSubtitles = {
  /** Those with a playlist, in plan order. */
  playable: SubtitleRendition[];
  /** Faces that each styled subtitle draws with, by the path of its native file. */
  faces: { where: string; used: UsedFace[] }[];
  findings: Finding[];
};

/**
 * The side files of an HLS package: native text moved onto the film's clock, WebVTT beside it, and a media playlist over
 * the WebVTT. A subtitle that fails costs itself and a warning, not the package.
 */
export async function writeSubtitles(
  plan: EncodePlan,
  work: string,
  staging: string,
  media: { firstPts90k: number; targetDurationSec: number },
): Promise<WrittenSubtitles> {
  const written: WrittenSubtitles = { playable: [], faces: [], findings: [] };
  if (plan.subtitles.length > 0) await mkdir(join(staging, 'subtitles'), { recursive: true });
  for (const subtitle of plan.subtitles) {
    const format = textFormatOf(subtitle.sourceCodec);
    const source = join(work, taskFolder('extract', 'done'), extractedSubtitle(subtitle.streamIndex, format));
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await readFile(source));
    } catch {
      written.findings.push(
        warning(
          'subtitle-missing',
          subtitle.id,
          `stream ${subtitle.streamIndex} (${subtitle.sourceCodec}) could not be taken out of the source`,
        ),
      );
      continue;
    }
    const film = { originSec: plan.grid.originSec, durationSec: plan.durationSec };
    const made = filmSubtitle(bytes, format, film, subtitle.id);
    written.findings.push(...made.findings);
    for (const file of subtitle.files) {
      const text =
        file.format === 'vtt'
          ? (segmentWebVtt({
              cues: made.cues,
              blocks: made.blocks,
              boundariesSec: [0, plan.durationSec],
              firstMediaPts: media.firstPts90k,
            })[0] ?? '')
          : (made.native ?? '');
      await writeFile(join(staging, file.path), text, { flag: 'wx' });
      if (file.format === 'ass') written.faces.push({ where: file.path, used: usedFaces(parseAss(text)) });
    }
    const vtt = subtitle.files.find((file) => file.format === 'vtt');
    if (subtitle.playlist === null || vtt === undefined) continue;
    const segments = [{ path: basename(vtt.path), durationSec: plan.durationSec }];
    const playlist = subtitlePlaylist({ segments, targetDurationSec: media.targetDurationSec });
    await writeFile(join(staging, subtitle.playlist), playlist, { flag: 'wx' });
    written.playable.push(subtitle);
  }
  return written;
}
