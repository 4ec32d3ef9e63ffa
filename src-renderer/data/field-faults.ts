import { z } from 'zod';
import { ApiFault } from './client.ts';

const told = z.object({ faults: z.array(z.object({ path: z.string(), message: z.string() })) });

/** What the server found wrong with a form, by the path of the field: `limits.cpuSet`. Empty for every other error. */
export function fieldFaultsOf(error: unknown): Record<string, string> {
  const parsed = error instanceof ApiFault ? told.safeParse(error.details) : null;
  const faults = parsed?.data?.faults ?? [];
  return Object.fromEntries(faults.map(({ path, message }) => [path.replace(/^body\./, ''), message]));
}
