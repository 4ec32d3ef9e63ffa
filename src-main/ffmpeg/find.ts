/** A pair of programs of one build, proven to start. */
export type FfmpegTools = {
  ffmpegPath: string;
  ffprobePath: string;
  /** As FFmpeg spells it (`5.1.9-0+deb12u1`, `7.1`, `N-118000-g...`). */
  version: string;
  origin: 'setting' | 'bundled' | 'system';
  /** The `configuration:` line: which build this is. */
  configuration: string;
};

export type FfmpegSetting = { ffmpeg?: string | undefined; ffprobe?: string | undefined };

/** Finds FFmpeg: the user's setting, the bundled one, the system's. FfmpegNotFound when none answers. */
export async function findFfmpeg(_wish: { setting?: FfmpegSetting | undefined }): Promise<FfmpegTools> {
  throw new Error('not there yet');
}
