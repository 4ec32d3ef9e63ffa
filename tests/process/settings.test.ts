import { lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '#main/platform/logger.ts';
import { openSettings, type SettingsBook, type SettingsBookOptions } from '#main/platform/settings-book.ts';
import { environmentName, readSettings, settingFaultText, settingKeys } from '#main/platform/settings-sources.ts';
import { settings } from '#shared/model/settings.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

type Bench = { book: SettingsBook; path: string; dataDir: string; said: string[] };

async function aBook(file: unknown = null, set: Partial<SettingsBookOptions> = {}): Promise<Bench> {
  const dataDir = await temporaryFolder();
  const path = join(dataDir, 'settings.json');
  if (file !== null) await writeFile(path, typeof file === 'string' ? file : JSON.stringify(file));
  const said: string[] = [];
  const log = { ...silentLogger, error: (_facts: object, text: string) => void said.push(text) };
  const opened = await openSettings({ dataDir, flags: {}, environment: {}, log, watchMs: 0, ...set });
  if (!opened.ok) throw new Error(opened.message);
  onTestFinished(() => opened.book.close());
  return { book: opened.book, path, dataDir, said };
}

/** Key and origin of what is not by default. */
function origins(book: SettingsBook): Record<string, unknown> {
  const set = book.states().filter(({ origin }) => origin !== 'default');
  return Object.fromEntries(set.map(({ key, origin, value }) => [key, [origin, value]]));
}

test('a flag goes before the environment, that before the file, that before the default', async () => {
  const { book } = await aBook(
    { port: 1, host: '::1', jobsAtOnce: 3, roots: ['/a'] },
    { environment: { ENCREW_PORT: '2', ENCREW_HOST: '0.0.0.0', ENCREW_LOG_LEVEL: '' }, flags: { port: 3 } },
  );
  expect(origins(book)).toEqual({
    port: ['flag', 3],
    host: ['environment', '0.0.0.0'],
    jobsAtOnce: ['file', 3],
    roots: ['file', ['/a']],
  });
  expect(book.current()).toEqual(settings.parse({ port: 3, host: '0.0.0.0', jobsAtOnce: 3, roots: ['/a'] }));
});

test('each setting has a name in the environment, and is read from text there', () => {
  expect(settingKeys.map(environmentName)).toEqual([
    'ENCREW_HOST',
    'ENCREW_PORT',
    'ENCREW_ROOTS',
    'ENCREW_OWN_NODE',
    'ENCREW_MDNS',
    'ENCREW_OPEN',
    'ENCREW_LOG_LEVEL',
    'ENCREW_SCHEDULE',
    'ENCREW_JOB_TTL_HOURS',
    'ENCREW_JOBS_AT_ONCE',
    'ENCREW_KEEP_EVENTS_DAYS',
    'ENCREW_ALLOW_PRIVATE_WEBHOOKS',
    'ENCREW_FETCH_FROM',
    'ENCREW_ALLOWED_ORIGINS',
  ]);
  const environment = {
    ENCREW_HOST: '::',
    ENCREW_PORT: ' 80 ',
    ENCREW_ROOTS: ['/films', 'here', ''].join(delimiter),
    ENCREW_OWN_NODE: 'No',
    ENCREW_MDNS: 'off',
    ENCREW_OPEN: '0',
    ENCREW_LOG_LEVEL: 'WARN',
    ENCREW_SCHEDULE: '[{"days":[0],"from":"22:00","to":"06:00"}]',
    ENCREW_JOB_TTL_HOURS: '1.5',
    ENCREW_JOBS_AT_ONCE: '4',
    ENCREW_KEEP_EVENTS_DAYS: '7',
    ENCREW_ALLOW_PRIVATE_WEBHOOKS: 'true',
    ENCREW_FETCH_FROM: 'Public',
    ENCREW_ALLOWED_ORIGINS: 'https://a.example, http://b.example:81',
  };
  expect(readSettings({ flags: {}, environment, file: {} })).toMatchObject({
    ok: true,
    settings: {
      host: '::',
      port: 80,
      roots: ['/films', resolve('here')],
      node: false,
      mdns: false,
      open: false,
      logLevel: 'warn',
      schedule: [{ days: [0], from: '22:00', to: '06:00' }],
      jobTtlHours: 1.5,
      jobsAtOnce: 4,
      keepEventsDays: 7,
      allowPrivateWebhooks: true,
      fetchFrom: 'public',
      allowedOrigins: ['https://a.example', 'http://b.example:81'],
    },
  });
});

test('every fault is told with the place it is in, also where another source goes before it', () => {
  const read = readSettings({
    flags: { port: 7420 },
    environment: { ENCREW_PORT: 'eighty', ENCREW_JOBS_AT_ONCE: '1000', ENCREW_SCHEDULE: '22:00' },
    file: { root: ['/films'], roots: ['films'], port: '80', allowedOrigins: ['dashboard.example/x'], jobTtlHours: -1 },
  });
  const lines = read.ok ? [] : read.faults.map((fault) => settingFaultText([fault]));
  expect(lines).toEqual([
    expect.stringMatching(/^settings\.json: root is no setting: use one of host, port, roots, /),
    'settings.json: port is wrong: Invalid input: expected number, received string',
    'ENCREW_PORT: port is wrong: Invalid input: expected number, received string',
    'settings.json: roots has "films", which is not an absolute path',
    'ENCREW_SCHEDULE: schedule is wrong: Invalid input: expected array, received string',
    'settings.json: jobTtlHours is wrong: Too small: expected number to be >0',
    'ENCREW_JOBS_AT_ONCE: jobsAtOnce is wrong: Too big: expected number to be <=64',
    expect.stringMatching(/^settings\.json: allowedOrigins is wrong at 0: must be an origin such as /),
  ]);
});

test('a server does not start with a broken file, and says in one line why', async () => {
  const dataDir = await temporaryFolder();
  const path = join(dataDir, 'settings.json');
  const messageOf = async (text: string) => {
    await writeFile(path, text);
    const opened = await openSettings({ dataDir, flags: {}, environment: {}, log: silentLogger, watchMs: 0 });
    return opened.ok ? null : opened.message;
  };
  expect(await messageOf('{"port": 0, "node": 1}')).toBe(
    `${path}: node is wrong: Invalid input: expected boolean, received number`,
  );
  expect(await messageOf('{"port": ')).toMatch(`${path} is not JSON: `);
  expect(await messageOf('[]')).toMatch(`${path} is not an object of settings`);
  expect(await messageOf('\uFEFF{"port": 0}')).toBeNull();
  await rm(path);
  await mkdir(path);
  const opened = await openSettings({ dataDir, flags: {}, environment: {}, log: silentLogger, watchMs: 0 });
  expect(opened).toEqual({ ok: false, message: `${path} can't be read (EISDIR): see to its rights` });
});

test('a change by hand is heard of, takes effect at once, and waits for a restart where it must', async () => {
  const { book, path } = await aBook({ port: 1, jobsAtOnce: 2 });
  const heard: unknown[] = [];
  const stop = book.onChange(({ keys, settings: now }) => heard.push([keys, now.jobsAtOnce, now.port]));
  await writeFile(path, JSON.stringify({ port: 9, jobsAtOnce: 5, roots: ['/films'] }));
  await book.reload();
  expect(heard).toEqual([[['roots', 'jobsAtOnce'], 5, 1]]);
  expect(book.current()).toMatchObject({ port: 1, jobsAtOnce: 5, roots: ['/films'] });
  expect(book.states().find(({ key }) => key === 'port')).toEqual({ key: 'port', value: 9, active: 1, origin: 'file' });
  await book.reload();
  await rm(path);
  await book.reload();
  expect(heard.slice(1)).toEqual([[['roots', 'jobsAtOnce'], 2, 1]]);
  stop();
  await writeFile(path, '{"jobsAtOnce": 7}');
  await book.reload();
  expect(heard).toHaveLength(2);
  expect(book.current().jobsAtOnce).toBe(7);
});

test('a file that breaks while the server runs changes nothing and is told once', async () => {
  const { book, path, said } = await aBook({ jobsAtOnce: 5 });
  const before = book.version();
  await writeFile(path, '{"jobsAtOnce": ');
  await book.reload();
  await book.reload();
  expect(book.current().jobsAtOnce).toBe(5);
  expect(book.problem()).toMatch(`${path} is not JSON`);
  expect(said).toEqual(['the settings file is broken: what was set before stays']);
  expect(book.version()).not.toBe(before);
  expect(await book.patch({ jobsAtOnce: 6 }, null)).toEqual({ ok: false, because: 'broken', message: book.problem() });
  expect(await readFile(path, 'utf8')).toBe('{"jobsAtOnce": ');
  await writeFile(path, '{"jobsAtOnce": 4}');
  await book.reload();
  expect([book.problem(), book.current().jobsAtOnce]).toEqual([null, 4]);
});

test('the file is found changed by whoever edits, replaces or makes it', async () => {
  const { book, path, dataDir } = await aBook(null, { watchMs: 20 });
  const soon = (jobsAtOnce: number) =>
    waitUntil(`${jobsAtOnce} are set`, () => book.current().jobsAtOnce === jobsAtOnce, 5_000);
  await writeFile(path, '{"jobsAtOnce": 11}');
  await soon(11);
  await writeFile(join(dataDir, 'new'), '{"jobsAtOnce": 12 }');
  await rename(join(dataDir, 'new'), path);
  await soon(12);
  await rm(path);
  await soon(2);
  expect(book.problem()).toBeNull();
});

test('a change is written whole, for its owner alone, and keeps what others wrote meanwhile', async () => {
  const { book, path, dataDir } = await aBook({ port: 1 });
  await writeFile(path, JSON.stringify({ port: 1, keepEventsDays: 5 }));
  const answers = await Promise.all([
    book.patch({ jobsAtOnce: 3 }, null),
    book.patch({ roots: [dataDir] }, null),
    book.patch({ port: null }, null),
  ]);
  expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
  expect(await readFile(path, 'utf8')).toBe(
    `${JSON.stringify({ keepEventsDays: 5, jobsAtOnce: 3, roots: [dataDir] }, null, 2)}\n`,
  );
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['settings.json']);
});

test('a change is refused where it is stale, held by a stronger source, or wrong; then nothing is written', async () => {
  const { book, path } = await aBook(
    { port: 1 },
    { flags: { roots: ['/films'] }, environment: { ENCREW_JOBS_AT_ONCE: '3' } },
  );
  const version = book.version();
  expect(await book.patch({ keepEventsDays: 9 }, version)).toEqual({ ok: true });
  expect(await book.patch({ keepEventsDays: 10 }, version)).toEqual({ ok: false, because: 'stale' });
  expect(await book.patch({ roots: ['/'] }, null)).toEqual({
    ok: false,
    because: 'held',
    message: 'roots is set by the flag --root, which goes before the file: change it there',
  });
  expect(await book.patch({ jobsAtOnce: null }, null)).toMatchObject({
    because: 'held',
    message: expect.stringContaining('ENCREW_JOBS_AT_ONCE'),
  });
  expect(await book.patch({ port: 70_000, logLevel: 'loud' }, null)).toMatchObject({
    because: 'faults',
    faults: [{ key: 'port' }, { key: 'logLevel' }],
  });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ port: 1, keepEventsDays: 9 });
});

test('a settings file that is a link stays one', async () => {
  const { book, path, dataDir } = await aBook();
  const real = join(dataDir, 'kept-elsewhere.json');
  await writeFile(real, '{}');
  await symlink(real, path);
  expect(await book.patch({ jobsAtOnce: 3 }, null)).toEqual({ ok: true });
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(JSON.parse(await readFile(real, 'utf8'))).toEqual({ jobsAtOnce: 3 });
});
