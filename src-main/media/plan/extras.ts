import type { MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { Decision, FrameGrid, PictureSource, SubtitleRendition, ThumbnailPlan } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { spriteGrid } from '../package/sprite-grid.ts';
import { displaySize } from './picture-size.ts';

/** The sprite sheet of an HLS package: one tile each interval, in the picture's shape. */
export function thumbnailPlan(
  facts: MediaFacts,
  video: VideoFacts,
  grid: FrameGrid,
  profile: Profile,
): { thumbnails: ThumbnailPlan | null; decisions: Decision[] } {
  const wanted = profile.thumbnails;
  if (wanted === null || profile.container !== 'hls') return { thumbnails: null, decisions: [] };
  const shown = displaySize(video, profile.filters.crop === 'auto' ? facts.activeArea : null);
  const width = wanted.widthPx;
  // A picture of extreme shape must not give a tile of no height, or one taller than a sheet.
  const height = Math.min(16 * width, Math.max(2, 2 * Math.round((width * shown.height) / shown.width / 2)));
  const intervalFrames = Math.max(1, Math.round((wanted.intervalSec * grid.rate.num) / grid.rate.den));
  const sheet = spriteGrid({ frames: grid.frames, intervalFrames, tileWidth: width, tileHeight: height });
  const stem = `thumbs_${width}x${height}`;
  const decisions: Decision[] =
    sheet.because === null
      ? []
      : [
          {
            action: 'change',
            subject: 'package',
            because: sheet.because,
            detail: 'The thumbnails are farther apart than asked, so that they fit on one sheet.',
          },
        ];
  return {
    decisions,
    thumbnails: {
      width,
      height,
      intervalFrames: sheet.intervalFrames,
      count: sheet.count,
      columns: sheet.columns,
      rows: sheet.rows,
      folder: stem,
      sheet: `${stem}.webp`,
      vtt: `${stem}.vtt`,
    },
  };
}

/** Attachments that go along: in Matroska all of them, in HLS the fonts of a styled subtitle, and those a burnt-in one is drawn with. */
export function attachmentPlan(
  facts: MediaFacts,
  subtitles: readonly SubtitleRendition[],
  burnIn: PictureSource['burnIn'],
  profile: Profile,
): { attachments: number[]; decisions: Decision[] } {
  const decisions: Decision[] = [];
  const styled = subtitles.some((one) => one.files.some((file) => file.format === 'ass'));
  const drawn = burnIn?.form === 'text';
  const attachments: number[] = [];
  for (const one of facts.attachments) {
    const subject = `stream ${one.index}`;
    const drop = (because: Decision['because'], detail: string) =>
      decisions.push({ action: 'drop', subject, because, detail });
    if (one.kind === 'font' && !profile.fonts) drop('profile-leaves-it-out', 'The profile leaves fonts out.');
    else if (profile.container === 'mkv') attachments.push(one.index);
    else if (one.kind === 'font' && (drawn || (profile.container === 'hls' && styled))) attachments.push(one.index);
    else if (one.kind === 'font' && profile.container === 'hls')
      drop('profile-leaves-it-out', 'No styled subtitle is kept that would use it.');
    else drop('container-cannot-carry', `${profile.container} has no attachments.`);
  }
  return { attachments, decisions };
}
