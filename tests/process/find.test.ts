import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FfmpegNotFound, findFfmpeg } from '#main/ffmpeg/find.ts';
import { installCommand } from '#main/ffmpeg/install-command.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** A folder with programs that answer `-version` as FFmpeg does, or in another way. */
async function folderWith(...answers: ['ffmpeg' | 'ffprobe', string][]): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, answer] of answers) {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n[ "$1" = -version ] || exit 9\ncat <<'END'\n${answer}\nEND\n`);
    await chmod(path, 0o755);
  }
  return folder;
}

const fakeVersion = (name: string) =>
  `${name} version 99.1-fake Copyright\nbuilt with care\nconfiguration: --enable-fake`;
const bothFake = () => folderWith(['ffmpeg', fakeVersion('ffmpeg')], ['ffprobe', fakeVersion('ffprobe')]);

test('the system has an FFmpeg that answers', async () => {
  const tools = await findFfmpeg({ environment: { PATH: process.env['PATH'] } });
  expect(tools).toMatchObject({ origin: 'system', version: expect.stringMatching(/^\S+$/) });
  expect(tools.configuration).toContain('--');
});

test('a setting wins over the system, and finds its partner beside it', async () => {
  const folder = await bothFake();
  expect(await findFfmpeg({ setting: { ffmpeg: join(folder, 'ffmpeg') } })).toEqual({
    ffmpegPath: join(folder, 'ffmpeg'),
    ffprobePath: join(folder, 'ffprobe'),
    version: '99.1-fake',
    origin: 'setting',
    configuration: '--enable-fake',
  });
});

test('the environment is a setting, and a flag wins over it', async () => {
  const [first, second] = [await bothFake(), await bothFake()];
  const environment = { PATH: process.env['PATH'], ENCREW_FFPROBE: join(first, 'ffprobe') };
  expect(await findFfmpeg({ environment })).toMatchObject({ origin: 'setting', ffmpegPath: join(first, 'ffmpeg') });
  const setting = { ffprobe: join(second, 'ffprobe') };
  expect(await findFfmpeg({ environment, setting })).toMatchObject({ ffmpegPath: join(second, 'ffmpeg') });
});

test('a setting that does not work is an error, not a reason to take another', async () => {
  const folder = await folderWith(['ffmpeg', 'something else entirely'], ['ffprobe', fakeVersion('ffprobe')]);
  const asked = findFfmpeg({ setting: { ffmpeg: join(folder, 'ffmpeg') } });
  await expect(asked).rejects.toMatchObject({
    code: 'ffmpeg-setting-unusable',
    message: expect.stringMatching(/^[^\n]+$/),
  });
});

test('half of the pair is not enough', async () => {
  const folder = await folderWith(['ffmpeg', fakeVersion('ffmpeg')]);
  await symlink('/bin/sh', join(folder, 'sh'));
  const asked = findFfmpeg({ environment: { PATH: folder } });
  await expect(asked).rejects.toBeInstanceOf(FfmpegNotFound);
  await expect(asked).rejects.toMatchObject({
    code: 'ffmpeg-not-found',
    message: expect.stringMatching(/^FFmpeg was not found: .* Install them with: \S+/),
  });
});

test.each([
  ['linux', 'ID=debian\n', 'sudo apt-get install -y ffmpeg'],
  ['linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'sudo apt-get install -y ffmpeg'],
  ['linux', 'ID=rocky\nID_LIKE="rhel centos fedora"\n', 'sudo dnf install -y ffmpeg-free'],
  ['linux', 'ID=alpine\n', 'sudo apk add ffmpeg'],
  ['linux', '', 'sudo apt-get install -y ffmpeg'],
  ['darwin', '', 'brew install ffmpeg'],
  ['win32', '', 'winget install --exact --id Gyan.FFmpeg'],
] as const)('on %s with %j one command installs it', (platform, osRelease, command) => {
  expect(installCommand(platform, osRelease)).toBe(command);
});
