import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { assignmentOf } from '#main/fleet/assignment.ts';
import type { SoftwareChoice } from '#main/fleet/task-ended.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { softwareChoice } from './software-choice.ts';

/** Software encoders for the rest of a queued job; see software-choice.ts. */
export async function softwareForJob(
  lease: Lease,
  because: string,
  { queue, tools, log, signal }: { queue: QueueContext; tools: FfmpegTools; log: Logger; signal: AbortSignal },
): Promise<SoftwareChoice> {
  const assigned = await assignmentOf(queue.db, lease);
  if (assigned === null) return { ok: false, message: 'its plan has gone' };
  return softwareChoice(assigned.plan, because, assigned.choice, { tools, log, signal });
}
