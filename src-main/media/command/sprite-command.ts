import type { ThumbnailPlan } from '#shared/model/plan.ts';
import { commonOptions } from './ffmpeg-step.ts';

/** The sprite sheet from the numbered tiles in the thumbnails' folder, run in the staging folder. */
export function spriteCommand(tiles: ThumbnailPlan): string[] {
  return [
    ...commonOptions,
    ...[
      '-protocol_whitelist',
      'file',
      '-f',
      'image2',
      '-start_number',
      '0',
      '-i',
      `${tiles.folder}/${tiles.folder}-%04d.jpg`,
    ],
    ...[
      '-vf',
      `tile=${tiles.columns}x${tiles.rows}`,
      '-frames:v',
      '1',
      '-c:v',
      'libwebp',
      '-quality',
      '75',
      tiles.sheet,
    ],
  ];
}
