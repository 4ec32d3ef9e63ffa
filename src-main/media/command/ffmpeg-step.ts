/** One FFmpeg run of a task, with the work folder as its working folder. */
export type FfmpegStep = {
  /** Every token of the argv after the program's name. */
  args: string[];
  /** Folders to make first, relative to the work folder. */
  folders: string[];
  /** Files that must be there and not empty afterwards, relative to the work folder. */
  makes: string[];
  /** What progress is measured against; null when FFmpeg's own count says nothing. */
  frames: number | null;
  durationSec: number | null;
};

/** What every run starts with: quiet, never asking, progress as key=value lines on stdout (S1 3.3). */
export const commonOptions: readonly string[] = [
  '-hide_banner',
  '-nostdin',
  '-y',
  '-loglevel',
  'warning',
  '-progress',
  'pipe:1',
  '-stats_period',
  '0.5',
];

/** Nothing of the source's own words or side data slips into a part. */
export const bareOutput: readonly string[] = ['-map_metadata', '-1', '-map_chapters', '-1'];

/**
 * For runs that join parts: each part's own times count. FFmpeg would move every input to time 0 otherwise, and copied sound
 * whose first packet lies a little after the first picture would play early.
 */
export const keptTimes: readonly string[] = ['-copyts'];
