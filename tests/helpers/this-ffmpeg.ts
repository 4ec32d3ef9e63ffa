import { type FfmpegTools, findFfmpeg } from '#main/ffmpeg/find.ts';

let found: Promise<FfmpegTools> | null = null;

/** This machine's FFmpeg, looked for once: to see that both programs work costs as much as a small encode. */
export function thisFfmpeg(): Promise<FfmpegTools> {
  found ??= findFfmpeg();
  return found;
}
