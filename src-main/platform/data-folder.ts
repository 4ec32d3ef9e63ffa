import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where Encrew keeps what it needs between runs: `--data DIR`, else ENCREW_DATA, else the system's place for it. */
export function dataFolder(setting: string | undefined, environment: NodeJS.ProcessEnv): string {
  const named = setting ?? environment['ENCREW_DATA'] ?? '';
  return named === '' ? envPaths('encrew', { suffix: '' }).data : resolve(named);
}
