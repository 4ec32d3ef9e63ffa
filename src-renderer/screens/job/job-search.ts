import { z } from 'zod';

export const jobTab = z.enum(['watch', 'work', 'files', 'log']);
export type JobTab = z.infer<typeof jobTab>;

/** What the address of a job says beside its id; without a tab the one that suits its state is shown. */
export const jobSearch = z.object({ tab: jobTab.optional().catch(undefined) });
