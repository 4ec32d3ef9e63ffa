import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repository } from '#tests/helpers/source-tree.ts';

const script = `
  Object.defineProperty(process, 'platform', { value: process.env.SYSTEM });
  const { dataFolder } = await import('./src-main/platform/data-folder.ts');
  process.stdout.write(dataFolder(undefined, process.env));`;

/** What a process on that system would take. Only the paths' separators are those of the machine under test. */
async function dataFolderOn(SYSTEM: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: '/home/anna', SYSTEM, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: repository,
    env,
  });
  return stdout;
}

test('data is kept where each system keeps it, and elsewhere when that is wished', async () => {
  const local = join('/Users', 'anna', 'AppData', 'Local');
  expect(
    await Promise.all([
      dataFolderOn('linux', {}),
      dataFolderOn('linux', { XDG_DATA_HOME: '/data/anna' }),
      dataFolderOn('darwin', {}),
      dataFolderOn('win32', { LOCALAPPDATA: local }),
      dataFolderOn('linux', { ENCREW_DATA: '/var/lib/encrew' }),
    ]),
  ).toEqual([
    '/home/anna/.local/share/encrew',
    '/data/anna/encrew',
    '/home/anna/Library/Application Support/encrew',
    join(local, 'encrew', 'Data'),
    '/var/lib/encrew',
  ]);
});
