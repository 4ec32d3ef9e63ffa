import { X509Certificate } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identityPath, IdentityUnusable, keyHashOf, openIdentity } from '#main/platform/identity.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('an identity is made once: a key, its own certificate, and nothing of the machine but the given name', async () => {
  const dataDir = join(await temporaryFolder(), 'data');
  const identity = await openIdentity(dataDir, 'attic, O=Example');
  const certificate = new X509Certificate(identity.certificatePem);
  expect({
    subject: certificate.subject,
    issuer: certificate.issuer,
    names: certificate.subjectAltName,
    from: certificate.validFromDate.toISOString(),
    until: certificate.validToDate.toISOString(),
    isCa: certificate.ca,
    isOwn: certificate.verify(certificate.publicKey),
    curve: certificate.publicKey.asymmetricKeyDetails?.namedCurve,
  }).toEqual({
    subject: String.raw`CN=attic\, O=Example`,
    issuer: String.raw`CN=attic\, O=Example`,
    names: undefined,
    from: '1970-01-01T00:00:00.000Z',
    until: '2126-01-01T00:00:00.000Z',
    isCa: false,
    isOwn: true,
    curve: 'prime256v1',
  });
  expect(identity.keyHash).toMatch(/^[0-9a-f]{64}$/);
  expect([keyHashOf(certificate), keyHashOf(certificate.raw)]).toEqual([identity.keyHash, identity.keyHash]);
  expect(await openIdentity(dataDir, 'another name')).toEqual(identity);
  expect((await openIdentity(join(dataDir, 'other'), 'attic')).keyHash).not.toBe(identity.keyHash);
});

test('names of any length and none make a certificate', async () => {
  const dataDir = await temporaryFolder();
  const long = await openIdentity(join(dataDir, 'a'), 'ä'.repeat(200));
  const empty = await openIdentity(join(dataDir, 'b'), '');
  expect(new X509Certificate(long.certificatePem).subject).toBe(`CN=${'ä'.repeat(64)}`);
  expect(new X509Certificate(empty.certificatePem).subject).toBe('CN=Encrew');
});

test('whoever comes at the same moment gets the same identity, in one file that only its owner may read', async () => {
  const dataDir = await temporaryFolder();
  const hashes = await Promise.all(
    Array.from({ length: 8 }, async () => (await openIdentity(dataDir, 'attic')).keyHash),
  );
  expect(new Set(hashes).size).toBe(1);
  expect(await readdir(dataDir)).toEqual(['identity.json']);
  expect((await stat(identityPath(dataDir))).mode & 0o777).toBe(0o600);
  await chmod(identityPath(dataDir), 0o644);
  await openIdentity(dataDir, 'attic');
  expect((await stat(identityPath(dataDir))).mode & 0o777).toBe(0o600);
});

test('a damaged file, and a key of somebody else, are told in one line and stay as they are', async () => {
  const dataDir = await temporaryFolder();
  const path = identityPath(dataDir);
  const { certificatePem } = await openIdentity(dataDir, 'attic');
  const other = await openIdentity(join(dataDir, 'other'), 'attic');
  const swapped = JSON.stringify({ format: 1, keyPem: other.keyPem, certificatePem });
  const whole = await readFile(path, 'utf8');
  for (const content of ['', whole.slice(0, 300), '{"format":2}', swapped]) {
    await writeFile(path, content);
    const message = `${path} holds no usable identity: restore it from a backup, or delete it and pair every node anew`;
    await expect(openIdentity(dataDir, 'attic')).rejects.toThrow(new IdentityUnusable(message));
    expect(await readFile(path, 'utf8')).toBe(content);
  }
  await writeFile(path, whole);
  expect(await openIdentity(dataDir, 'attic')).toMatchObject({ certificatePem });
});
