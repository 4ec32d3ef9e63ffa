import { expect, test } from 'vitest';
import { addressKind } from '#main/platform/address-kind.ts';
import { findReceiver, type ReceiverRules, receiverUrl } from '#main/webhooks/receiver.ts';

test('an address is public only where nothing says otherwise, in whatever form it is written', () => {
  const kinds = {
    public: [
      '1.1.1.1',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
      '169.253.255.255',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      '198.17.255.255',
      '198.20.0.0',
      '223.255.255.255',
      '2606:4700:4700::1111',
      '2a00:1450::1',
      '2001:200::1',
      '3ffe::1',
    ],
    private: [
      '10.0.0.0',
      '10.255.255.255',
      '100.64.0.0',
      '100.127.255.255',
      '127.0.0.1',
      '127.255.255.255',
      '169.254.0.0',
      '169.254.169.254',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.0.0',
      '192.168.255.255',
      '::1',
      '0:0:0:0:0:0:0:1',
      'fc00::1',
      'fdff:ffff::1',
      'fe80::1',
      'fe80::1%eth0',
      'febf::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '0:0:0:0:0:ffff:10.0.0.1',
      '::ffff:1.1.1.1',
      '64:ff9b::192.168.0.1',
      '64:ff9b::a00:1',
      '64:ff9b::1.1.1.1',
      '64:ff9b:1::1.1.1.1',
    ],
    never: [
      '0.0.0.0',
      '0.1.2.3',
      '192.0.0.8',
      '192.0.2.1',
      '192.88.99.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
      '::',
      '::2',
      '::127.0.0.1',
      '::ffff:0.0.0.0',
      '::ffff:224.0.0.1',
      '64:ff9b::',
      '64:ff9b::255.255.255.255',
      '64:ff9b:2::1',
      '100::1',
      '2001::1',
      '2001:0:7f00:1::1',
      '2001:db8::1',
      '2002:7f00:1::1',
      '3fff::1',
      '4000::1',
      'fec0::1',
      'ff02::1',
      'localhost',
      '127.1',
      '',
    ],
  };
  const found = Object.fromEntries(
    Object.entries(kinds).map(([kind, addresses]) => [kind, addresses.filter((one) => addressKind(one) === kind)]),
  );
  expect(found).toEqual(kinds);
});

test('a receiver’s URL is one of the web, without a password or a fragment', () => {
  const read = (text: string) => {
    const answer = receiverUrl(text);
    return answer.ok ? answer.url.href : answer.message;
  };
  expect(read('https://example.org/a?b=c')).toBe('https://example.org/a?b=c');
  expect(read('HTTP://Example.ORG:80')).toBe('http://example.org/');
  for (const text of ['', 'example.org/hook', '/hook', 'https://', 'http://1.2.3.4.5', 'http://[fe80::1%25eth0]/'])
    expect([text, read(text)]).toEqual([text, 'must be a URL such as https://example.org/hook']);
  for (const scheme of ['ftp:', 'file:', 'javascript:', 'ws:'])
    expect(read(`${scheme}//example.org/`)).toBe(`must begin with https:// or http://, not ${scheme}`);
  const password = 'must not hold a user name or password: receivers check the signature instead';
  expect([read('https://me@example.org/'), read('https://:x@example.org/')]).toEqual([password, password]);
  expect(read('https://example.org/#part')).toBe('must not hold a fragment (#...): it is never sent');
});

const names: Record<string, string[]> = {
  'example.org': ['1.1.1.1', '2606:4700:4700::1111'],
  'home.example': ['192.168.1.2'],
  'both.example': ['1.1.1.1', '127.0.0.1'],
  'odd.example': ['0.0.0.0'],
  'empty.example': [],
};
const rules = (allowPrivate: boolean): ReceiverRules => ({
  allowPrivate,
  resolveName: async (name) => {
    const found = names[name];
    if (found === undefined) throw new Error('ENOTFOUND');
    return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  },
});
const found = async (text: string, allowPrivate: boolean) => {
  const answer = await findReceiver(text, rules(allowPrivate));
  return answer.ok ? answer.receiver.addresses.map(({ address }) => address) : answer.message;
};

test('no spelling of a private address gets through, unless the settings allow them', async () => {
  const loopback = ['http://127.0.0.1', 'http://0x7f.1', 'http://2130706433', 'http://017700000001', 'http://127.1:80'];
  for (const url of loopback) {
    expect([url, await found(url, false)]).toEqual([
      url,
      '127.0.0.1 is an address of this machine or of its own network; the setting allowPrivateWebhooks lets webhooks go there',
    ]);
    expect(await found(url, true)).toEqual(['127.0.0.1']);
  }
  const six = [
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[0:0::ffff:7f00:0001]',
    'https://[64:ff9b::7f00:1]',
  ];
  for (const url of six)
    expect([url, await found(url, false)]).toEqual([url, expect.stringContaining('of this machine')]);
  expect(await found('http://[::ffff:127.0.0.1]', true)).toEqual(['::ffff:7f00:1']);
  for (const url of ['http://0/', 'http://0.0.0.0:7420', 'http://[::]/', 'http://255.255.255.255'])
    expect([url, await found(url, true)]).toEqual([url, expect.stringContaining('is an address that no receiver has')]);
});

test('a name is refused for any of its addresses, and when it leads nowhere', async () => {
  expect(await found('https://example.org/hook', false)).toEqual(['1.1.1.1', '2606:4700:4700::1111']);
  expect(await found('https://both.example/', false)).toContain(
    'both.example (127.0.0.1) is an address of this machine',
  );
  expect(await found('https://home.example/', false)).toContain('home.example (192.168.1.2) is an address of');
  expect(await found('https://home.example/', true)).toEqual(['192.168.1.2']);
  expect(await found('https://odd.example/', true)).toBe('odd.example (0.0.0.0) is an address that no receiver has');
  expect(await found('https://nowhere.example/', true)).toBe("the name nowhere.example can't be found");
  expect(await found('https://empty.example/', true)).toBe("the name empty.example can't be found");
});
