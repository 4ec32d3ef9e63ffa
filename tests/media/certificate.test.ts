import { appendFile, cp, open, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificate } from '#shared/model/certificate.ts';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { verifyCertificate } from '#main/stages/check/verify-certificate.ts';
import { writeCertificate } from '#main/stages/check/write-certificate.ts';
import { makeTsPackage } from '#tests/helpers/hls-package.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let whole: string;
beforeAll(async () => {
  whole = await newFolder();
  await makeTsPackage(whole);
  const { findings, streams } = await checkPackage(whole);
  await writeCertificate(
    { root: whole, name: 'film', onlyFile: null },
    {
      createdAt: '2026-01-02T03:04:05Z',
      encrewVersion: '0.1.0',
      tools: { ffmpeg: '5.1' },
      source: { fileName: 'film.mkv', ...(await fingerprintOfFile(join(whole, 'film.m3u8'))), durationSec: 6 },
      profile: { name: 'test' },
      plan: null,
      streams,
      fonts: [],
      findings,
    },
  );
});
afterAll(() => rm(whole, { recursive: true, force: true }));

async function codesAfter(spoil: (root: string) => Promise<void>): Promise<string[]> {
  const root = await temporaryFolder();
  await cp(whole, root, { recursive: true });
  await spoil(root);
  return (await verifyCertificate(root)).findings.map(({ code, where }) => `${code} ${where}`);
}

test('an untouched package is as certified, down to every file but the certificate', async () => {
  const written = certificate.parse(JSON.parse(await readFile(join(whole, 'film.encrew.json'), 'utf8')));
  expect(written.files.map((file) => file.path)).toContain('high/s000.ts');
  expect(written.files.map((file) => file.path)).not.toContain('film.encrew.json');
  expect(written.streams.map((stream) => stream.codec)).toEqual([
    'avc1.42C00C',
    'avc1.42C00B',
    'mp4a.40.2',
    'mp4a.40.2',
    'wvtt',
  ]);
  const { findings, checked } = await checkPackage(whole);
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['certificate-verified', 'info']]);
  expect(checked.filesHashed).toBe(written.files.length);
});

test('one flipped bit is found', async () => {
  const codes = await codesAfter(async (root) => {
    const file = await open(join(root, 'low/s001.ts'), 'r+');
    const { buffer } = await file.read(new Uint8Array(1), 0, 1, 4_000);
    await file.write(Uint8Array.of((buffer[0] ?? 0) ^ 4), 0, 1, 4_000);
    await file.close();
  });
  expect(codes).toEqual(['certificate-file-changed low/s001.ts']);
});

test('a longer, a lost and a new file are told apart', async () => {
  const codes = await codesAfter(async (root) => {
    await appendFile(join(root, 'chapters.vtt'), '\n');
    await unlink(join(root, 'jpn/s000.ts'));
    await writeFile(join(root, 'virus.exe'), '');
  });
  expect(codes).toEqual([
    'certificate-file-changed chapters.vtt',
    'certificate-file-missing jpn/s000.ts',
    'certificate-file-added virus.exe',
  ]);
});

test('a damaged certificate proves nothing, and says so', async () => {
  const codes = await codesAfter((root) => writeFile(join(root, 'film.encrew.json'), '{"format":1'));
  expect(codes).toEqual(['certificate-invalid film.encrew.json']);
});

test('a certificate that names files outside the package is refused', async () => {
  const codes = await codesAfter(async (root) => {
    const text = await readFile(join(root, 'film.encrew.json'), 'utf8');
    await writeFile(join(root, 'film.encrew.json'), text.replace('"high/s000.ts"', '"../../etc/passwd"'));
  });
  expect(codes).toEqual(['certificate-invalid film.encrew.json']);
});

test('the certificate of a single file stands beside it and minds no neighbours', async () => {
  const root = await temporaryFolder();
  await cp(join(whole, 'high/s000.ts'), join(root, 'film.mp4'));
  await writeFile(join(root, 'holiday.jpg'), 'mine');
  await writeCertificate(
    { root, name: 'film', onlyFile: 'film.mp4' },
    {
      createdAt: '2026-01-02T03:04:05Z',
      encrewVersion: '0.1.0',
      tools: {},
      source: null,
      profile: null,
      plan: null,
      streams: [],
      fonts: [],
      findings: [],
    },
  );
  const written = certificate.parse(JSON.parse(await readFile(join(root, 'film.encrew.json'), 'utf8')));
  expect(written.files.map((file) => file.path)).toEqual(['film.mp4']);
});

test('a fingerprint covers the head and the tail of a file, and small files wholly', async () => {
  const root = await temporaryFolder();
  const big = Buffer.alloc(5 * 2 ** 20, 1);
  await writeFile(join(root, 'a'), big);
  big[big.length - 1] = 2;
  await writeFile(join(root, 'b'), big);
  await writeFile(join(root, 'empty'), '');
  const [a, b, empty] = await Promise.all(['a', 'b', 'empty'].map((name) => fingerprintOfFile(join(root, name))));
  expect(a?.fingerprint).not.toBe(b?.fingerprint);
  expect(empty).toEqual({
    sizeBytes: 0,
    fingerprint: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
});
