import type { Finding, FindingCode } from '#shared/model/finding.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';

/**
 * Whether a package can do without what the task makes. Side files of an HLS package can be missed; subtitles inside of an
 * MP4 or MKV, and those that are drawn into the picture, can't: such a file may take the place of the film.
 */
export function isExtraTask(plan: EncodePlan, task: Pick<PlannedTask, 'type'>): boolean {
  return task.type === 'extract' && plan.container === 'hls' && plan.picture.burnIn?.form !== 'text';
}

/** What to say of it. */
export function extraLost(message: string): Finding {
  return {
    code: 'extras-missing' satisfies FindingCode,
    severity: 'warning',
    message: `the subtitles and fonts could not be taken out of the source: ${message}`,
    where: 'source',
  };
}
