import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readNewPassword } from '#main/cli/read-password.ts';
import { auditList } from '#shared/protocol/audit.ts';
import { tokenList } from '#shared/protocol/tokens.ts';
import { peopleBench } from '#tests/helpers/people-bench.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

type Ended = { code: number | null; stdout: string; stderr: string };

function encrew(args: readonly string[], stdin = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
    child.stdin?.end(stdin);
  });
}

test('a token made beside a running server works at once, and is printed alone', async () => {
  const { api, store } = await peopleBench();
  const dataDir = dirname(store.path);
  const [made, dated] = await Promise.all([
    encrew(['token', '--role', 'admin', '--data', dataDir]),
    encrew(['token', '--role', 'viewer', '--name', 'wall display', '--expires-days', '30', '--data', dataDir]),
  ]);
  for (const one of [made, dated]) {
    expect(one).toEqual({ code: 0, stdout: expect.stringMatching(/^enc_[\w-]{43}\n$/), stderr: '' });
  }
  const admin = { authorization: `Bearer ${made.stdout.trim()}` };
  expect((await api.get('/session', admin)).body).toMatchObject({ kind: 'token', name: 'command line', role: 'admin' });
  const { items } = tokenList.parse((await api.get('/tokens', admin)).body);
  const display = items.find(({ name }) => name === 'wall display');
  expect(display).toMatchObject({ role: 'viewer', user: null, lastUsedAt: null });
  expect(Date.parse(display?.expiresAt ?? '') - Date.parse(display?.createdAt ?? '')).toBe(30 * 24 * 60 * 60_000);
  const audit = auditList.parse((await api.get('/audit?action=encrew+token', admin)).body);
  expect(audit.items.find(({ resourceId }) => resourceId === display?.id)).toMatchObject({
    actor: { kind: 'command', id: null, name: 'command line' },
    result: 'success',
    details: { name: 'wall display', role: 'viewer', expiresInDays: 30 },
  });
}, 60_000);

test('the owner command makes the first admin, and lets one who is locked out in again', async () => {
  const { api, store, addUser, signIn } = await peopleBench();
  const dataDir = dirname(store.path);
  const done = (name: string): Ended => ({
    ...{ code: 0, stdout: `${name} is an admin and can sign in with the new password.\n`, stderr: '' },
  });
  expect(await encrew(['owner', '--name', 'Ada', '--data', dataDir], 'first password\r\nmore\n')).toEqual(done('Ada'));
  expect((await api.get('/setup')).body).toEqual({ needsOwner: false });
  expect(await api.post('/session', { name: 'Ada', password: 'first password' })).toMatchObject({ status: 201 });

  await addUser('bea', 'viewer');
  const { cookie } = await signIn('bea');
  await store.db.updateTable('user').set({ disabledAtMs: 5 }).where('id', '=', 'bea').execute();
  // Without a line end at its end, and with blanks that belong to it.
  expect(await encrew(['owner', '--name', 'BEA', '--data', dataDir], ' new password ')).toEqual(done('BEA'));
  expect((await api.get('/session', { cookie })).status).toBe(401);
  expect((await api.post('/session', { name: 'bea', password: 'new password' })).status).toBe(401);
  expect(await api.post('/session', { name: 'bea', password: ' new password ' })).toMatchObject({
    status: 201,
    body: { id: 'bea', name: 'bea', role: 'admin' },
  });
  const rows = await store.db.selectFrom('audit').selectAll().where('actorKind', '=', 'command').execute();
  expect(rows.map(({ action, detailsJson }) => [action, detailsJson])).toEqual([
    ['encrew owner', '{"name":"Ada","isNew":true}'],
    ['encrew owner', '{"name":"BEA","isNew":false}'],
  ]);
}, 60_000);

test('what can’t be is refused in one line, and nothing is made', async () => {
  const dataDir = await temporaryFolder();
  const data = ['--data', dataDir];
  const cases: [string[], string, RegExp][] = [
    [['token', ...data], '', /^encrew: required option '--role <role>' not specified\n$/],
    [['token', '--role', 'owner', ...data], '', /^encrew: .*Allowed choices are viewer, operator, admin\.\n$/],
    [['token', '--role', 'admin', '--expires-days', '1.5', ...data], '', /^encrew: .*from 1 to 3650\.\n$/],
    [['owner', '--name', '-', ...data], 'long enough\n', /^encrew: .*letter or digit first\.\n$/],
    [['owner', '--name', 'Ada', ...data], 'short\n', /^encrew: this password won't do: it must have at least 8/],
    [['owner', '--name', 'Ada', ...data], '', /^encrew: no password came: .*\n$/],
  ];
  for (const [args, stdin, line] of cases) {
    expect([args, await encrew(args, stdin)]).toEqual([
      args,
      { code: 2, stdout: '', stderr: expect.stringMatching(line) },
    ]);
  }
  expect(await readdir(dataDir)).toEqual([]);
}, 60_000);

test('at a terminal a password is typed twice, unseen, and must be the same', async () => {
  const typed = async (answers: readonly (string | null)[]) => {
    const keyboard = Object.assign(new PassThrough(), { isTTY: true });
    const screen: string[] = [];
    const reading = readNewPassword(keyboard, (text) => screen.push(text));
    for (const [i, answer] of answers.entries()) {
      await waitUntil('it asks', () => screen.length > i);
      if (answer === null) keyboard.end();
      else keyboard.write(`${answer}\r`);
    }
    return { password: await reading, screen: screen.join('') };
  };
  const asked = 'New password: \nOnce more: \n';
  expect(await typed(['correct horse', 'correct horse'])).toEqual({ password: 'correct horse', screen: asked });
  expect(await typed(['correct horse', 'correct house'])).toEqual({ password: null, screen: asked });
  expect(await typed(['correct horse', null])).toEqual({ password: null, screen: asked });
  expect(await typed([null])).toEqual({ password: null, screen: 'New password: ' });
  expect(await typed(['\u0003'])).toEqual({ password: null, screen: 'New password: ' });
});
