import { warning } from '#main/media/check/finding-of.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { PlannedTask } from '#shared/model/plan.ts';

/** What to say of a source that FFmpeg could read only in parts. */
export function damage(task: PlannedTask, decodeErrors: number): Finding {
  const where = task.chunk === null ? task.type : `frames ${task.chunk.startFrame} to ${endFrame(task.chunk)}`;
  const message = `FFmpeg met ${decodeErrors} damaged places in the source (${where}): look at the result there`;
  return warning('source-damaged', 'source', message);
}

function endFrame(chunk: { startFrame: number; frames: number }): number {
  return chunk.startFrame + chunk.frames - 1;
}
