import { expect, test } from 'vitest';
import { judgeAddress, judgeHere } from '#main/intake/fetch/address-rules.ts';
import { fetchedName, nameInDisposition } from '#main/intake/fetch/fetched-name.ts';
import { readFilmAnswer } from '#main/intake/fetch/film-answer.ts';
import { demandAllowed, guardedLookup } from '#main/intake/fetch/guarded-lookup.ts';

const judged = (reach: 'public' | 'lan') => (address: string) =>
  judgeAddress(address, reach, ['203.0.114.7', '2a00::7']);

test('the internet is open to all, private networks to admins, and the machine itself to nobody', () => {
  const internet = ['1.1.1.1', '203.0.114.8', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1'];
  const houses = [
    '10.0.0.1',
    '172.31.0.1',
    '192.168.1.9',
    '100.64.0.1',
    'fd12::1',
    '::ffff:192.168.1.9',
    '64:ff9b:1::1',
  ];
  const nobody = [
    ...['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::127.0.0.1', '0.0.0.0', '::'],
    ...['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', '100.100.100.200'],
    ...['224.0.0.1', 'ff02::1', '255.255.255.255', '2002:7f00:1::', '2001::1', '::127.0.0.1', 'localhost', ''],
    ...['203.0.114.7', '::ffff:203.0.114.7', '2a00::7', '2a00:0:0:0:0:0:0:7'],
  ];
  expect(internet.map(judged('public'))).toEqual(internet.map(() => null));
  expect(internet.map(judged('lan'))).toEqual(internet.map(() => null));
  expect(houses.map(judged('public'))).toEqual(houses.map(() => 'network'));
  expect(houses.map(judged('lan'))).toEqual(houses.map(() => null));
  expect(nobody.map(judged('public'))).toEqual(nobody.map(() => 'address'));
  expect(nobody.map(judged('lan'))).toEqual(nobody.map(() => 'address'));
  expect(judgeHere('127.0.0.1', 'lan')).toBe('address');
});

test('an address is judged in whatever form it is written', () => {
  const guard = { resolveName: async () => [], judge: judged('public'), reach: 'public' } as const;
  const codeOf = (url: string): unknown => {
    try {
      demandAllowed(new URL(url), guard);
      return null;
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };
  expect(
    [
      'http://0x7f.1/',
      'http://2130706433/',
      'http://127.1',
      'https://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://0',
    ].map(codeOf),
  ).toEqual(['address', 'address', 'address', 'address', 'address', 'address']);
  expect(
    ['http://10.1/', 'ftp://1.1.1.1/', 'https://me@1.1.1.1/', 'https://1.1.1.1/', 'https://a.example/'].map(codeOf),
  ).toEqual(['network', 'redirect', 'redirect', null, null]);
});

test('a connection sees those addresses of a name alone that are allowed', async () => {
  const addresses: Record<string, { address: string; family: number }[]> = {
    'mixed.example': [
      { address: '127.0.0.1', family: 4 },
      { address: '1.1.1.1', family: 4 },
      { address: 'fe80::1', family: 6 },
    ],
    'house.example': [{ address: '192.168.1.9', family: 4 }],
    'self.example': [{ address: '::1', family: 6 }],
    'empty.example': [],
  };
  const lookup = guardedLookup({
    resolveName: async (name) => addresses[name] ?? Promise.reject(new Error('ENOTFOUND')),
    ...{ judge: judged('public'), reach: 'public' },
  });
  const answerOf = (name: string, all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      lookup(name, { all }, (error, address) =>
        resolve(error === null ? address : 'code' in error ? error.code : error),
      );
    });
  expect(await answerOf('mixed.example', true)).toEqual([{ address: '1.1.1.1', family: 4 }]);
  expect(await answerOf('mixed.example', false)).toBe('1.1.1.1');
  expect(await answerOf('house.example', true)).toBe('network');
  expect(await answerOf('self.example', true)).toBe('address');
  expect(await answerOf('empty.example', true)).toBe('name');
  expect(await answerOf('gone.example', true)).toBe('name');
});

test('a film is called as its server says, with an ending that films have, and never leaves its folder', () => {
  const named = (header: string) => nameInDisposition(header);
  expect([
    named('attachment; filename="My \\"film\\".mkv"'),
    named("attachment; filename=old.mkv; filename*=UTF-8''T%C3%B4t%20a.mkv"),
    named("attachment; filename*=iso-8859-1'en'T%F4t.mkv"),
    named('inline; FileName=plain.mkv;x=y'),
    named(`attachment; filename="${Buffer.from('Tôt.mkv').toString('latin1')}"`),
    named('attachment; filename="../../etc/pass.mkv"'),
    named('attachment; filename="C:\\\\films\\\\a.mkv"'),
    named("attachment; filename*=UTF-8''%E0%A4%A; filename=b.mkv"),
    named('attachment; myfilename=no.mkv'),
    named('inline'),
  ]).toEqual([
    ...['My "film".mkv', 'Tôt a.mkv', 'Tôt.mkv', 'plain.mkv', 'Tôt.mkv', 'pass.mkv', 'a.mkv', 'b.mkv', null, null],
  ]);
  const at = (...texts: string[]) => texts.map((text) => new URL(text));
  expect([
    fetchedName(null, undefined, at('https://x.example/a/T%C3%B4t%20b.MKV?key=1', 'https://x.example/z.mp4')),
    fetchedName(null, 'attachment; filename=film', at('https://x.example/get.php', 'https://x.example/a.webm')),
    fetchedName('Mine', undefined, at('https://x.example/a.mp4')),
    fetchedName('Mine.mov', undefined, at('https://x.example/a.mp4')),
    fetchedName(null, undefined, at('https://x.example/..%2f..%2fa.mkv')),
    fetchedName(null, undefined, at('https://x.example/')),
    fetchedName(null, undefined, at('https://x.example/watch')),
    fetchedName('CON', undefined, at('https://x.example/a.mkv')),
    fetchedName(`${'ä'.repeat(300)}.mkv`, undefined, []).length,
  ]).toEqual(['Tôt b.MKV', 'film.webm', 'Mine.mp4', 'Mine.mov', '_._.._a.mkv', 'film', 'watch', '_CON.mkv', 99]);
});

test('a part is taken only where it is the rest of this very film', () => {
  const soFar = { receivedBytes: 4, sizeBytes: 10, validator: '"a"' };
  const read = (statusCode: number, headers: Record<string, string>): unknown => {
    try {
      return readFilmAnswer({ statusCode, headers }, soFar);
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };
  const whole = { fromByte: 0, sizeBytes: 10, validator: null };
  expect(read(206, { 'content-range': 'bytes 4-9/10' })).toEqual({ fromByte: 4, sizeBytes: 10, validator: '"a"' });
  expect(read(206, { 'content-range': 'bytes 3-9/10' })).toBe('changed');
  expect(read(206, { 'content-range': 'bytes 4-8/10' })).toBe('changed');
  expect(read(206, { 'content-range': 'bytes 4-10/11' })).toBe('changed');
  expect(read(206, { 'content-range': 'bytes 4-9/*' })).toBe('changed');
  expect(read(206, {})).toBe('changed');
  expect(read(200, { 'content-length': '10', etag: 'W/"a"' })).toEqual(whole);
  expect(read(200, { 'content-length': '10', etag: '"b"' })).toEqual({ ...whole, validator: '"b"' });
  expect(read(200, {})).toEqual({ ...whole, sizeBytes: null });
  expect(read(200, { 'content-length': '0' })).toBe('empty');
  expect(read(200, { 'content-encoding': 'gzip' })).toBe('encoded');
  expect(read(403, {})).toBe('status');
  const modified = { 'last-modified': 'Sat, 31 Jan 2026 12:00:00 GMT', 'content-length': '10' };
  expect(read(200, { ...modified, date: 'Sat, 31 Jan 2026 12:00:01 GMT' })).toMatchObject({
    validator: modified['last-modified'],
  });
  expect(read(200, { ...modified, date: modified['last-modified'] })).toEqual(whole);
});
