import { onTestFinished } from 'vitest';
import { judgeHere } from '#main/intake/fetch/address-rules.ts';
import { type Fetches, type FetchOptions, keepFetches } from '#main/intake/fetch/fetches.ts';
import { silentLogger } from '#main/platform/logger.ts';

type BenchSet = Pick<FetchOptions, 'uploads' | 'clock' | 'dataDir'> & Partial<FetchOptions>;

/** Films that are fetched from 127.0.0.1, and from nowhere else that a server would not let them; ended with the test. */
export async function benchFetches(set: BenchSet): Promise<Fetches> {
  const fetches = await keepFetches({
    ...{ log: silentLogger, encrewVersion: '1.2.3', fetchFrom: () => 'lan' },
    resolveName: async (name) => {
      throw new Error(`nobody should ask for ${name}`);
    },
    judge: (address, reach) => (address === '127.0.0.1' ? null : judgeHere(address, reach)),
    ...set,
  });
  onTestFinished(fetches.stop);
  return fetches;
}
