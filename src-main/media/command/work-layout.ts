import type { EncodePlan, VideoRendition } from '#shared/model/plan.ts';

/*
 * Where a job's parts lie in its work folder, relative to it, with forward slashes. A task writes into `{task}.partial/` and
 * the folder is renamed to `{task}/` when all of it is there: a folder without the suffix is a checkpoint.
 */

/** A task's folder while it runs, and after. */
export function taskFolder(taskId: string, state: 'running' | 'done'): string {
  return state === 'running' ? `${taskId}.partial` : taskId;
}

/** One rung of one chunk, in its task's folder. MP4 keeps exact ticks; codecs without an MP4 tag go into Matroska. */
export function chunkFile(rendition: Pick<VideoRendition, 'id' | 'codec'>): string {
  return `${rendition.id}.${rendition.codec === 'other' ? 'mkv' : 'mp4'}`;
}

/** One encoded or copied audio rendition, in the `audio` task's folder. */
export function audioFile(plan: Pick<EncodePlan, 'container'>, renditionId: string): string {
  return `${renditionId}.${plan.container === 'mkv' ? 'mka' : 'mp4'}`;
}

/** One thumbnail tile, numbered over the whole film from 0, in its chunk's task folder. */
export function tileFile(tile: number): string {
  return `tiles/${String(tile).padStart(5, '0')}.jpg`;
}

/** The same as FFmpeg's image2 pattern. */
export const tilePattern = 'tiles/%05d.jpg';

/** A text subtitle in its native form, in the `extract` task's folder; times count from the container's start. */
export function extractedSubtitle(streamIndex: number, format: 'ass' | 'srt' | 'vtt'): string {
  return `subtitles/${streamIndex}.${format}`;
}

/** An attachment's bytes, in the `extract` task's folder; the source's own file name is never used as a path. */
export function extractedAttachment(streamIndex: number): string {
  return `attachments/${streamIndex}.bin`;
}
