import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type LauncherProject, launch, launcherProject, programFolder } from '#tests/helpers/launcher-project.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const program = `process.stdout.write('ran\\n');`;

/** One package that lies in the project itself: a real npm ci, without a registry. */
const withPackage = {
  manifest: { dependencies: { nearby: 'file:nearby' } },
  lock: {
    name: 'launched',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'launched', version: '1.0.0', dependencies: { nearby: 'file:nearby' } },
      nearby: { version: '1.0.0' },
      'node_modules/nearby': { resolved: 'nearby', link: true },
    },
  },
};

async function projectWithPackage(): Promise<LauncherProject> {
  const project = await launcherProject(program, withPackage);
  await mkdir(join(project.folder, 'nearby'));
  await writeFile(join(project.folder, 'nearby', 'package.json'), '{"name":"nearby","version":"1.0.0"}');
  return project;
}

const start = (project: LauncherProject, args: readonly string[], env: Record<string, string> = {}, uid?: number) =>
  launch(process.execPath, [project.startScript, ...args], {
    cwd: project.folder,
    env,
    ...(uid === undefined ? {} : { uid }),
  }).ended;

test('two starts at once on a fresh clone install once, one after the other, and both run', async () => {
  const project = await projectWithPackage();
  const both = await Promise.all([start(project, []), start(project, [])]);
  expect(both.map(({ code, stdout }) => ({ code, stdout }))).toEqual([
    { code: 0, stdout: 'ran\n' },
    { code: 0, stdout: 'ran\n' },
  ]);
  const words = both.map(({ stderr }) => stderr).toSorted();
  expect(words[0]).toMatch(/^encrew: another set-up of this folder is running \(process \d+\): waiting for it\n$/);
  expect(words[1]).toMatch(
    /^encrew: installing npm packages \(none are there yet\), about a minute\n\nadded 1 package.*\nencrew: npm packages are installed\n$/,
  );
});

test('a changed package-lock.json is installed at the next start, and what is installed is left alone', async () => {
  const project = await projectWithPackage();
  await start(project, []);
  expect((await start(project, [])).stderr).toBe('');
  const lockPath = join(project.folder, 'package-lock.json');
  const lock = (await readFile(lockPath, 'utf8')).replace(
    '"nearby":{"version":"1.0.0"}',
    '"nearby":{"version":"1.0.1"}',
  );
  await writeFile(lockPath, lock);
  await writeFile(join(project.folder, 'nearby', 'package.json'), '{"name":"nearby","version":"1.0.1"}');
  expect((await start(project, [])).stderr).toContain('installing npm packages (nearby changed)');
});

test('what only the screens’ bundler needs is installed with the rest, by a start that shows screens', async () => {
  const project = await launcherProject(program, {
    manifest: { dependencies: { nearby: 'file:nearby' }, devDependencies: { vite: 'file:bundler' } },
    lock: {
      ...withPackage.lock,
      packages: {
        '': {
          name: 'launched',
          version: '1.0.0',
          devDependencies: { vite: 'file:bundler' },
          dependencies: { nearby: 'file:nearby' },
        },
        nearby: { version: '1.0.0' },
        'node_modules/nearby': { resolved: 'nearby', link: true },
        bundler: { name: 'vite', version: '1.0.0', dev: true },
        'node_modules/vite': { resolved: 'bundler', link: true, dev: true },
      },
    },
  });
  const own = {
    'nearby/package.json': '{"name":"nearby","version":"1.0.0"}',
    'bundler/package.json': '{"name":"vite","version":"1.0.0"}',
    'bundler/bin/vite.js': `require('node:fs').mkdirSync('dist/renderer', { recursive: true });`,
    ...{
      'src-renderer/page.html': 'a screen',
      'src-shared/words.ts': '',
      'resources/icon.svg': '',
      'vite.config.ts': '',
    },
  };
  for (const [path, text] of Object.entries(own)) {
    await mkdir(join(project.folder, dirname(path)), { recursive: true });
    await writeFile(join(project.folder, path), text);
  }
  const first = await start(project, ['serve', '--no-open']);
  expect(first).toMatchObject({ code: 0, stdout: 'ran\n' });
  expect(first.stderr.split('\n').filter((line) => line.startsWith('encrew: '))).toEqual([
    'encrew: installing npm packages (none are there yet), about a minute',
    'encrew: npm packages are installed',
    'encrew: building the screens, some seconds',
  ]);
  expect((await start(project, ['serve', '--no-open'])).stderr).toBe('');
});

test('the lock of a set-up that died is taken over', async () => {
  const project = await projectWithPackage();
  const dead = await launch(process.execPath, ['-p', 'process.pid'], { cwd: project.folder }).ended;
  await mkdir(join(project.folder, '.encrew'));
  const ticket = JSON.stringify({ pid: Number(dead.stdout), host: hostname(), id: 'gone' });
  await writeFile(join(project.folder, '.encrew', 'setup.lock'), ticket);
  expect(await start(project, [])).toMatchObject({ code: 0, stdout: 'ran\n' });
});

test('an install that fails ends with one line after npm’s own words, on stderr, with exit code 2', async () => {
  const project = await launcherProject(program, withPackage);
  await writeFile(join(project.folder, 'package.json'), '{"name":"launched","dependencies":{"nearby":"2"}}');
  const { code, stdout, stderr } = await start(project, []);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('npm error');
  expect(stderr.trimEnd().split('\n').at(-1)).toBe('encrew: npm ci failed with exit code 1: its own words are above');
});

test('a set-up that is told to stop takes npm with it', async () => {
  const project = await launcherProject(program, {
    lock: { packages: { '': {}, 'node_modules/x': { version: '1.0.0' } } },
  });
  const folder = await programFolder({
    npm: 'trap "echo npm stops >&2; exit 1" TERM; echo "npm runs" >&2; while :; do /bin/sleep 0.1; done',
  });
  const running = launch(process.execPath, [project.startScript], { cwd: project.folder, env: { PATH: folder } });
  await waitUntil('npm runs', () => running.stderr().includes('npm runs'));
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect(code).toBe(2);
  expect(stderr).toContain('npm stops\n');
});

test('a setting that names an old Node is refused by name', async () => {
  const project = await launcherProject(program);
  const folder = await programFolder({ 'old-node': 'echo 20.1.0' });
  const oldNode = join(folder, 'old-node');
  expect(await start(project, [], { ENCREW_NODE: oldNode })).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: `encrew: ENCREW_NODE=${oldNode} is Node 20: let it name a Node 24 or newer, or remove it\n`,
  });
});

const installArgs = '-y --no-install-recommends -o DPkg::Lock::Timeout=300 ffmpeg';

/** What a package manager would do, seen by whoever looks for ffmpeg on PATH. */
const aptGet = `
  echo "apt-get $* as $DEBIAN_FRONTEND"
  if [ "$1" = install ]; then
    for name in ffmpeg ffprobe; do
      printf '#!/bin/sh\\n' > "\${0%/*}/$name"; /bin/chmod +x "\${0%/*}/$name"
    done
  fi`;

test('FFmpeg is installed when sudo asks for no password', async () => {
  const project = await openProject();
  const folder = await programFolder({ 'apt-get': aptGet, sudo: 'shift; exec "$@"', true: '' });
  const ended = await start(project, ['encode', 'x.mkv'], { PATH: folder }, nobody());
  expect(ended).toEqual({
    code: 0,
    signal: null,
    stdout: 'ran\n',
    stderr: 'encrew: installing ffmpeg with apt-get, a minute or two\nencrew: ffmpeg installed\n',
  });
  expect(await readFile(join(project.folder, '.encrew', 'setup.log'), 'utf8')).toBe(
    `apt-get update -q as noninteractive\napt-get install ${installArgs} as noninteractive\n`,
  );
});

test('the last words of a package manager that fails are shown, with exit code 2', async () => {
  const project = await openProject();
  const folder = await programFolder({
    'apt-get': 'echo "E: no space left"; exit 100',
    sudo: 'shift; exec "$@"',
    true: '',
  });
  const log = join(project.folder, '.encrew', 'setup.log');
  expect(await start(project, ['encode', 'x.mkv'], { PATH: folder }, nobody())).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: `encrew: installing ffmpeg with apt-get, a minute or two
E: no space left
encrew: apt-get update -q failed with exit code 100: its last words are above, all in ${log}
`,
  });
});

test('the one command is named, with exit code 2, when sudo would ask for a password', async () => {
  const project = await openProject();
  const folder = await programFolder({ 'apt-get': aptGet, sudo: 'exit 1' });
  expect(await start(project, ['plan', 'x.mkv'], { PATH: folder }, nobody())).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: `encrew: ffmpeg not found. Install with: sudo apt-get install ${installArgs}\n`,
  });
});

test('doctor goes on without FFmpeg, since it is asked what is missing; help and a plain check do not even look', async () => {
  const project = await launcherProject(program);
  const PATH = await programFolder({});
  const words = 'encrew: ffmpeg not found, nor a package manager: install ffmpeg and put it on PATH\n';
  expect(await start(project, ['doctor'], { PATH })).toMatchObject({ code: 0, stdout: 'ran\n', stderr: words });
  expect(await start(project, ['encode', '--help'], { PATH })).toMatchObject({ code: 0, stdout: 'ran\n', stderr: '' });
  expect(await start(project, ['check', 'x'], { PATH })).toMatchObject({ code: 0, stdout: 'ran\n', stderr: '' });
  expect(await start(project, ['check', 'x', '--source=y'], { PATH })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: words,
  });
});

test('a user’s own FFmpeg needs no other', async () => {
  const project = await launcherProject(program);
  const PATH = await programFolder({});
  const env = { PATH, ENCREW_FFMPEG: '/opt/ffmpeg/bin/ffmpeg' };
  expect(await start(project, ['encode', 'x.mkv'], env)).toMatchObject({ code: 0, stdout: 'ran\n', stderr: '' });
});

/** A project that another user may write to, as the one who cloned it may. */
async function openProject(): Promise<LauncherProject> {
  const project = await launcherProject(program);
  await mkdir(join(project.folder, '.encrew'));
  for (const folder of ['.', '.encrew', '..']) await chmod(join(project.folder, folder), 0o777);
  return project;
}

/** Someone without rights: root would install at once. */
function nobody(): number | undefined {
  return process.getuid?.() === 0 ? 65_534 : undefined;
}
