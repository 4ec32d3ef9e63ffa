import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { readNodeAddress } from '#main/fleet/node-address.ts';
import { pairingCommitment, pairingDigits } from '#main/platform/pairing-digits.ts';
import { nodeHealth, pairingBegun } from '#shared/protocol/node-pairing.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { anIdentity, aPairingNode, aPairingServer, tellNode } from '#tests/helpers/pairing-sides.ts';

const nonce = () => randomBytes(32).toString('hex');
const anybody = <T>(at: T) => ({ at, foundId: null });

test('both sides show the same digits, and once they were confirmed on the server each remembers the other', async () => {
  const [node, server] = [await aPairingNode(), await aPairingServer()];
  const begun = await server.begin({ at: node.at, foundId: node.identity.keyHash.slice(0, 32) });
  if (!begun.ok) throw new Error(begun.message);
  const { id, digits } = begun.pairing;
  expect(digits).toMatch(/^\d{6}$/);
  expect(node.news).toEqual([{ kind: 'compare', name: 'Cellar', address: '127.0.0.1', digits }]);
  expect([server.remembered, node.servers]).toEqual([[], []]);
  const confirmed = await server.confirm(id);
  expect(confirmed).toEqual({ ...begun.pairing, state: 'paired', nodeId: 'node-1' });
  expect(server.remembered).toEqual([node.identity.keyHash]);
  expect(node.servers).toEqual([
    {
      ...{ name: 'Cellar', address: '127.0.0.1', port: 7420, nodeId: 'node-1' },
      keyHash: server.identity.keyHash,
      certificatePem: `${server.identity.certificatePem}\n`,
    },
  ]);
  expect(node.news[1]).toEqual({ kind: 'paired', name: 'Cellar', address: '127.0.0.1' });
  expect(await server.confirm(id)).toBeNull();
});

test('with somebody in between, the two sides show different digits', async () => {
  const [node, middle] = [await aPairingNode(), await aPairingNode({ identity: await anIdentity('Attic') })];
  const server = await aPairingServer();
  const withServer = await server.begin(anybody(middle.at));
  // What he tells the node is what an honest server with his key would say.
  const towardsNode = await aPairingServer({ identity: middle.identity });
  const withNode = await towardsNode.begin(anybody(node.at));
  if (!withServer.ok || !withNode.ok) throw new Error('both talk to him');
  expect(node.news).toMatchObject([{ kind: 'compare', digits: withNode.pairing.digits }]);
  expect(withServer.pairing.digits).not.toBe(withNode.pairing.digits);
});

test('a machine that answers for a node that was found has to have its key', async () => {
  const [node, server, other] = [await aPairingNode(), await aPairingServer(), await anIdentity('Other')];
  const begun = await server.begin({ at: node.at, foundId: other.keyHash.slice(0, 32) });
  expect(begun).toEqual({
    ...{ ok: false, kind: 'unreachable', because: 'unreachable' },
    message: 'another machine answers there than the one that was found: search again',
  });
  expect(node.news).toEqual([]);
});

test('a server that shows another nonce than it had committed itself to is sent away', async () => {
  const [node, server] = [await aPairingNode(), await anIdentity('Cellar')];
  const keys = { serverKeyHash: server.keyHash, nodeKeyHash: node.identity.keyHash };
  const commitment = pairingCommitment({ ...keys, serverNonce: nonce() });
  const answer = await tellNode(server, node.at, 'begin', { serverName: 'Cellar', commitment });
  const { pairingId } = pairingBegun.parse(answer);
  expect(await tellNode(server, node.at, 'reveal', { pairingId, serverNonce: nonce() })).toBe('cheat');
  expect(await tellNode(server, node.at, 'reveal', { pairingId, serverNonce: nonce() })).toBe('over');
  expect(node.news).toEqual([{ kind: 'ended', name: 'Cellar', because: 'cheat' }]);
});

test('steps out of order, of another server or of nobody lead nowhere', async () => {
  const [node, server, other] = [await aPairingNode(), await anIdentity('Cellar'), await anIdentity('Other')];
  const serverNonce = nonce();
  const keys = { serverKeyHash: server.keyHash, nodeKeyHash: node.identity.keyHash };
  const commitment = pairingCommitment({ ...keys, serverNonce });
  const home = { nodeId: 'n', port: 7420 };
  expect(await tellNode(server, node.at, 'confirm', { pairingId: 'none', ...home })).toBe('over');
  const begun = pairingBegun.parse(await tellNode(server, node.at, 'begin', { serverName: 'Cellar', commitment }));
  const { pairingId, nodeNonce } = begun;
  expect(await tellNode(server, node.at, 'confirm', { pairingId, ...home })).toBe('over');
  expect(await tellNode(other, node.at, 'reveal', { pairingId, serverNonce })).toBe('over');
  expect(await tellNode(server, node.at, 'reveal', { pairingId, serverNonce })).toEqual({});
  expect(await tellNode(server, node.at, 'reveal', { pairingId, serverNonce })).toBe('over');
  expect(await tellNode(other, node.at, 'confirm', { pairingId, ...home })).toBe('over');
  expect(await tellNode(other, node.at, 'cancel', { pairingId })).toEqual({});
  expect(await tellNode(server, node.at, 'confirm', { pairingId, ...home, port: 0 })).toBe('not-understood');
  const digits = pairingDigits({ ...keys, serverNonce, nodeNonce });
  expect(node.news).toEqual([{ kind: 'compare', name: 'Cellar', address: '127.0.0.1', digits }]);
  expect(node.servers).toEqual([]);
  expect(await tellNode(server, node.at, 'confirm', { pairingId, ...home })).toEqual({});
  // Its answer may have been lost.
  expect(await tellNode(server, node.at, 'confirm', { pairingId, ...home })).toEqual({});
  expect(node.servers).toHaveLength(1);
});

test('a pairing that nobody confirms is over after two minutes, on both sides', async () => {
  const clock = handClock();
  const [node, server] = [await aPairingNode({ clock }), await aPairingServer({ clock })];
  const begun = await server.begin(anybody(node.at));
  if (!begun.ok) throw new Error(begun.message);
  const { id, digits } = begun.pairing;
  clock.advance(109_999);
  expect(server.find(id)?.state).toBe('comparing');
  clock.advance(1);
  expect(server.find(id)?.state).toBe('expired');
  expect(await server.confirm(id)).toBeNull();
  clock.advance(10_000);
  const compared = { kind: 'compare', name: 'Cellar', address: '127.0.0.1', digits };
  expect(node.news).toEqual([compared, { kind: 'ended', name: 'Cellar', because: 'expired' }]);
  expect((await server.begin(anybody(node.at))).ok).toBe(true);
});

test('a pairing that was called off is over on the node at once', async () => {
  const [node, server] = [await aPairingNode(), await aPairingServer()];
  const begun = await server.begin(anybody(node.at));
  if (!begun.ok) throw new Error(begun.message);
  expect(await server.cancel(begun.pairing.id)).toEqual({ ...begun.pairing, state: 'cancelled' });
  expect(node.news[1]).toEqual({ kind: 'ended', name: 'Cellar', because: 'cancelled' });
  expect(await server.confirm(begun.pairing.id)).toBeNull();
});

test('a node pairs with one server at a time, and with none once it has one', async () => {
  const node = await aPairingNode();
  const [server, second] = [await aPairingServer(), await aPairingServer()];
  const begun = await server.begin(anybody(node.at));
  if (!begun.ok) throw new Error(begun.message);
  expect(await second.begin(anybody(node.at))).toMatchObject({ ok: false, because: 'busy' });
  await server.confirm(begun.pairing.id);
  expect(await second.begin(anybody(node.at))).toMatchObject({
    ...{ ok: false, because: 'taken', message: 'this node has a server: unpair it first' },
  });
});

test('five attempts a minute are all that a node looks at', async () => {
  const clock = handClock();
  const [node, server] = [await aPairingNode({ clock }), await aPairingServer()];
  const attempt = async () => {
    const begun = await server.begin(anybody(node.at));
    if (begun.ok) await server.cancel(begun.pairing.id);
    return begun.ok ? 'shown' : begun.because;
  };
  const outcomes: string[] = [];
  for (let tries = 0; tries < 7; tries += 1) outcomes.push(await attempt());
  expect(outcomes).toEqual(['shown', 'shown', 'shown', 'shown', 'shown', 'too-many', 'too-many']);
  clock.advance(60_000);
  expect(await attempt()).toBe('shown');
});

test('a node that can’t remember its server is forgotten by it, and can be paired again', async () => {
  let isDiskFull = true;
  const adopt = async () => {
    if (isDiskFull) throw new Error('ENOSPC: no space left on device');
  };
  const [node, server] = [await aPairingNode({ adopt }), await aPairingServer()];
  const begun = await server.begin(anybody(node.at));
  if (!begun.ok) throw new Error(begun.message);
  expect(await server.confirm(begun.pairing.id)).toMatchObject({
    state: 'failed',
    message: 'the node could not remember its server: ENOSPC: no space left on device',
  });
  expect([server.remembered, node.servers]).toEqual([[], []]);
  isDiskFull = false;
  const again = await server.begin(anybody(node.at));
  if (!again.ok) throw new Error(again.message);
  expect(await server.confirm(again.pairing.id)).toMatchObject({ state: 'paired' });
});

test('another machine that takes the node’s address before the confirmation gets nothing', async () => {
  const [node, server] = [await aPairingNode(), await aPairingServer()];
  const begun = await server.begin(anybody(node.at));
  if (!begun.ok) throw new Error(begun.message);
  await node.close();
  const thief = await aPairingNode({ port: node.at.port });
  expect(thief.at).toEqual(node.at);
  expect(await server.confirm(begun.pairing.id)).toMatchObject({
    state: 'failed',
    message:
      'the node no longer answers (another machine answers there now): if it does not come online, unpair it there and pair again',
  });
  expect([thief.news, thief.servers, server.remembered]).toEqual([[], [], [node.identity.keyHash]]);
});

test('a node that is too far from the server’s version is told from one that is not', async () => {
  const [old, server] = [await aPairingNode({ protocol: 9 }), await aPairingServer()];
  expect(await server.begin(anybody(old.at))).toEqual({
    ...{ ok: false, because: 'protocol' },
    message: 'the node speaks protocol 9, the server 1: update Encrew on the server',
  });
});

test('what is no node is said to be none, and nobody waits for it for long', async () => {
  const clock = handClock();
  const server = await aPairingServer({ clock });
  expect(await server.begin(anybody({ host: '127.0.0.1', port: 1 }))).toMatchObject({
    message: 'nothing listens there: is the node running, and is that its port?',
  });
  const itself = await aPairingNode({ identity: server.identity });
  expect(await server.begin(anybody(itself.at))).toMatchObject({ message: 'that is this server itself' });
  const silent = createServer(() => clock.advance(5_000));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.close();
  });
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('it has a port');
  expect(await server.begin(anybody({ host: '127.0.0.1', port: address.port }))).toMatchObject({
    message: 'no answer in time',
  });
});

test.each([
  ['attic', { host: 'attic', port: 9626 }],
  [' attic.local:9627 ', { host: 'attic.local', port: 9627 }],
  ['192.168.1.20', { host: '192.168.1.20', port: 9626 }],
  ['192.168.1.20:1', { host: '192.168.1.20', port: 1 }],
  ['[fd00::2]:9700', { host: 'fd00::2', port: 9700 }],
  ['fd00::2', { host: 'fd00::2', port: 9626 }],
  ['https://attic', null],
  ['attic/health', null],
  ['user@attic', null],
  ['attic:0', null],
  ['attic:65536', null],
  ['[attic]:1', null],
  ['2130706433', null],
  ['127.1', null],
  ['at tic', null],
  ['', null],
])('%j as an address of a node is %j', (text, address) => {
  expect(readNodeAddress(text)).toEqual(address);
});

test('strangers get health, and nothing for what is no message', async () => {
  const { at, identity } = await aPairingNode();
  const stranger = await anIdentity('Stranger');
  const ask = (method: string, path: string, body: string, withKey: boolean) =>
    new Promise<{ status: number | undefined; body: unknown } | 'cut'>((resolve) => {
      const cert = withKey ? { key: stranger.keyPem, cert: stranger.certificatePem } : {};
      const asked = request({ ...at, ...cert, method, path, rejectUnauthorized: false, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode, body: JSON.parse(String(Buffer.concat(parts))) }),
        );
      });
      asked.on('error', () => resolve('cut'));
      asked.end(body);
    });
  const health = await ask('GET', '/health', '', false);
  expect(nodeHealth.parse(health === 'cut' ? null : health.body)).toEqual({
    ...{ status: 'ok', id: identity.keyHash.slice(0, 32), version: '0.1.0', protocol: 1, paired: false },
  });
  const refused = { status: 400, body: expect.objectContaining({ because: 'not-understood' }) };
  expect(await ask('GET', '/', '', true)).toEqual(refused);
  expect(await ask('POST', '/pairing/v1/begin', '{}', true)).toEqual(refused);
  expect(await ask('POST', '/pairing/v1/begin', 'no json', true)).toEqual(refused);
  const begin = JSON.stringify({ serverName: 'S', commitment: nonce() });
  expect(await ask('POST', '/pairing/v1/begin', begin, false)).toEqual(refused);
  // All right, but for its length.
  const long = JSON.stringify({ serverName: 'S', commitment: nonce(), more: 'x'.repeat(5_000) });
  expect(await ask('POST', '/pairing/v1/begin', long, true)).not.toMatchObject({ status: 200 });
});

test('bytes that are no TLS, and TLS of an old version, end where they began', async () => {
  const { at, news } = await aPairingNode();
  await new Promise<void>((resolve) => {
    const socket = connect(at, () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('close', () => resolve());
    socket.on('error', () => {});
    socket.resume();
  });
  const old = await new Promise<string>((resolve) => {
    const socket = connectTls({ ...at, rejectUnauthorized: false, maxVersion: 'TLSv1.2' }, () => resolve('connected'));
    socket.on('error', () => resolve('refused'));
  });
  expect([old, news]).toEqual(['refused', []]);
});

test('a server that listens to its own machine only takes no node of another one', async ({ skip }) => {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (own === undefined) {
    skip('this machine is in no network');
    return;
  }
  const node = await aPairingNode({ host: '0.0.0.0' });
  const at = { ...node.at, host: own.address };
  const far = await aPairingServer();
  expect(await far.begin(anybody(at))).toMatchObject({
    message:
      'this server listens to its own machine only, where no node of another one can reach it: start it with --host 0.0.0.0',
  });
  expect(node.news).toEqual([]);
  // The same one, found beside the server: it is called, and calls back, on loopback.
  const beside = await aPairingServer({ ownAddresses: () => [own.address] });
  expect(await beside.begin(anybody(at))).toMatchObject({ ok: true, pairing: { node: { address: '127.0.0.1' } } });
  const wide = await aPairingServer({ home: () => ({ port: 7420, onlyLoopback: false }) });
  expect(await wide.begin(anybody(at))).toMatchObject({ because: 'busy' });
});
