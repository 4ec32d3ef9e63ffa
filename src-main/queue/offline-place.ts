import { isMounted } from '#main/platform/mount-point.ts';
import { jobMounts } from './add-job.ts';
import type { JobRow } from './job-rows.ts';

/**
 * The disk of a job's input or output that is not mounted now though it was when the job was added; null when both are there.
 * An unmounted disk is waited for: what lies on it is not gone, and writing to its empty folder would fill the system's own.
 */
export async function offlinePlace(job: Pick<JobRow, 'mountsJson'>): Promise<string | null> {
  const { input, output } = jobMounts.parse(JSON.parse(job.mountsJson));
  for (const mount of [input, output]) if (!(await isMounted(mount))) return mount;
  return null;
}
