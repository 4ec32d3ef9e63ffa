import type { Clock } from '#main/platform/clock.ts';
import { isMounted } from '#main/platform/mount-point.ts';
import { within } from '#main/platform/within.ts';
import { jobMounts } from './add-job.ts';
import type { JobRow } from './job-rows.ts';

/*
 * An unmounted disk is waited for: what lies on it is not gone, and writing to its empty folder would fill the system's own.
 */

/** Mount points of the disks of a job's input and output. */
export function mountsOf({ mountsJson }: Pick<JobRow, 'mountsJson'>): string[] {
  const { input, output } = jobMounts.parse(JSON.parse(mountsJson));
  return [input, output].filter((mount) => mount !== null);
}

/** The disk of a job's input or output that is not mounted now though it was when the job was added; null when both are there. */
export async function offlinePlace(job: Pick<JobRow, 'mountsJson'>): Promise<string | null> {
  for (const mount of mountsOf(job)) if (!(await isMounted(mount))) return mount;
  return null;
}

/** Which of these mount points have no disk now, or one that does not answer. */
export type LookForDisks = (mounts: Iterable<string>) => Promise<ReadonlySet<string>>;

/** A network disk that hangs holds up nothing for longer. */
const patienceMs = 2_000;

/** Looks at each disk once at a time: those that hang would take one thread of the file system after the other. */
export function diskLooker(clock: Clock): LookForDisks {
  const looking = new Map<string, Promise<boolean>>();
  const look = (mount: string): Promise<boolean> => {
    const going = looking.get(mount) ?? isMounted(mount).finally(() => looking.delete(mount));
    looking.set(mount, going);
    return going;
  };
  return async (mounts) => {
    const looks = [...mounts].map(async (mount) => {
      const found = await within(patienceMs, look(mount), clock);
      return found?.value === true ? [] : [mount];
    });
    return new Set((await Promise.all(looks)).flat());
  };
}
