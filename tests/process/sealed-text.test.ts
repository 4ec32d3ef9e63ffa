import { readdirSync, writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSealer, secretKeyPath } from '#main/platform/open-sealer.ts';
import { sealerOf, type TextSealer } from '#main/platform/sealed-text.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function opened(dataDir: string): Promise<TextSealer> {
  const made = await openSealer(dataDir);
  if (!made.ok) throw new Error(made.message);
  return made.sealer;
}

test('what was sealed is opened after a restart, and the same text is never sealed the same twice', async () => {
  const dataDir = join(await temporaryFolder(), 'data');
  const sealer = await opened(dataDir);
  const sealed = sealer.seal('schlüssel 🔑', 'webhook:1');
  expect(sealed).not.toContain('schl');
  expect(sealer.seal('schlüssel 🔑', 'webhook:1')).not.toBe(sealed);
  expect((await opened(dataDir)).open(sealed, 'webhook:1')).toEqual({ ok: true, text: 'schlüssel 🔑' });
  expect(sealer.open(sealer.seal('', 'x'), 'x')).toEqual({ ok: true, text: '' });
});

test('the key is one file that only its owner may read', async () => {
  const dataDir = await temporaryFolder();
  await opened(dataDir);
  expect(await readdir(dataDir)).toEqual(['secret.key']);
  expect((await readFile(secretKeyPath(dataDir))).length).toBe(32);
  expect((await stat(secretKeyPath(dataDir))).mode & 0o777).toBe(0o600);
  await chmod(secretKeyPath(dataDir), 0o644);
  await opened(dataDir);
  expect((await stat(secretKeyPath(dataDir))).mode & 0o777).toBe(0o600);
});

test('whoever comes at the same moment gets the same key', async () => {
  const dataDir = await temporaryFolder();
  const sealers = await Promise.all(Array.from({ length: 20 }, () => opened(dataDir)));
  const sealed = sealers.map((sealer) => sealer.seal('secret', 'x'));
  expect(sealed.map((text) => sealers[0]?.open(text, 'x'))).toEqual(sealed.map(() => ({ ok: true, text: 'secret' })));
  expect(await readdir(dataDir)).toEqual(['secret.key']);
});

test('a key that another process makes meanwhile is the one that stays', async () => {
  const dataDir = await temporaryFolder();
  const key = Buffer.alloc(32, 9);
  const mine = opened(dataDir);
  while (readdirSync(dataDir).length === 0) await immediately();
  expect(readdirSync(dataDir)).toEqual([expect.stringMatching(/^\.secret\.key\..*\.partial$/)]);
  writeFileSync(secretKeyPath(dataDir), key, { mode: 0o600 });
  const sealed = (await mine).seal('secret', 'x');
  expect(sealerOf(key).open(sealed, 'x')).toEqual({ ok: true, text: 'secret' });
  expect(await readFile(secretKeyPath(dataDir))).toEqual(key);
  expect(await readdir(dataDir)).toEqual(['secret.key']);
});

test('another key is told from a text that was changed, cut, or sealed for something else', () => {
  const sealer = sealerOf(Buffer.alloc(32, 1));
  const sealed = sealer.seal('secret', 'webhook:1');
  expect(sealerOf(Buffer.alloc(32, 2)).open(sealed, 'webhook:1')).toEqual({ ok: false, because: 'other-key' });
  const [format = '', key = '', body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  const flipped = Array.from(bytes, (byte, i) => {
    const changed = Buffer.from(bytes);
    changed[i] = byte ^ 1;
    return `${format}.${key}.${changed.toString('base64url')}`;
  });
  const shorter = Array.from(bytes, (_byte, i) => `${format}.${key}.${bytes.subarray(0, i).toString('base64url')}`);
  const odd = ['', '.', '..', '...', 'secret', `2.${key}.${body}`, `${sealed}.`, `${format}.${key}`];
  for (const text of [...flipped, ...shorter, ...odd])
    expect([text, sealer.open(text, 'webhook:1')]).toEqual([text, { ok: false, because: 'damaged' }]);
  expect(sealer.open(sealed, 'webhook:2')).toEqual({ ok: false, because: 'damaged' });
});

test('a file that holds no key is told of and left as it is', async () => {
  const dataDir = await temporaryFolder();
  const path = secretKeyPath(dataDir);
  for (const content of ['', 'not a key', 'x'.repeat(33)]) {
    await writeFile(path, content);
    expect(await openSealer(dataDir)).toEqual({
      ok: false,
      message: `${path} should hold a key of 32 bytes and holds ${content.length}: restore it from a backup, or delete it and set every secret anew.`,
    });
    expect(await readFile(path, 'utf8')).toBe(content);
  }
});
