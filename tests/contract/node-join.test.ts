import { once } from 'node:events';
import { Agent, createServer, request as secureRequest } from 'node:https';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Identity } from '#main/platform/identity.ts';
import { inviteText, newInviteCode, readInviteCode } from '#main/platform/invite-code.ts';
import { isJoinProof, joinProof } from '#main/platform/join-proof.ts';
import { findNodeByKey, revokeNode } from '#main/store/nodes.ts';
import { joinProve } from '#shared/protocol/node-join.ts';
import { type JoinBench, joinBench, newIdentity } from '#tests/helpers/join-bench.ts';

const wrong = 'this code is wrong: look at it again, or make another with encrew invite';

test('a node with the right code is paired, and both remember the key of the other', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const code = await bench.invite();
  const joined = await bench.join(node, code);
  const row = await findNodeByKey(bench.store.db, node.keyHash);
  expect(joined).toEqual({
    ok: true,
    server: {
      ...{ url: bench.url, serverKeyHash: bench.identity.keyHash, nodeId: row?.id },
      certificatePem: bench.identity.certificatePem.replaceAll('\r\n', '\n').trim().concat('\n'),
    },
  });
  expect(row).toMatchObject({
    ...{ name: 'Attic', version: '1.0.0', protocol: 1, isLocal: 0, offerJson: 'null' },
    ...{ pairedAtMs: bench.clock.nowMs(), revokedAtMs: null },
  });
  expect(await bench.audit()).toEqual([
    {
      ...{ actorName: 'Attic', result: 'success', resourceId: row?.id },
      details: { invite: code.id, keyHash: node.keyHash, version: '1.0.0' },
    },
  ]);
});

test('a code is good for one node; that one may come again, since the answer may have been lost', async () => {
  const bench = await joinBench();
  const [node, other] = [await newIdentity('attic'), await newIdentity('cellar')];
  const code = await bench.invite();
  const first = await bench.join(node, code);
  expect(await bench.join(node, code)).toEqual(first);
  expect(await bench.join(other, code)).toEqual({
    ok: false,
    message: 'this code was used already: make another with encrew invite',
  });
  expect(await findNodeByKey(bench.store.db, other.keyHash)).toBeNull();
});

test('of two nodes that come with one code at the same moment one is paired', async () => {
  const bench = await joinBench();
  const nodes = await Promise.all(['a', 'b', 'c', 'd'].map(newIdentity));
  const code = await bench.invite();
  const ends = await Promise.all(nodes.map((node) => bench.join(node, code)));
  expect(ends.filter(({ ok }) => ok)).toHaveLength(1);
  const rows = await bench.store.db.selectFrom('node').select('id').execute();
  expect(rows).toHaveLength(1);
});

test('a code expires after ten minutes', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const code = await bench.invite();
  bench.clock.advance(10 * 60_000);
  expect(await bench.join(node, code)).toEqual({
    ok: false,
    message: 'this code has expired: make another with encrew invite',
  });
});

test('five wrong tries spend a code, also when they come at once', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const code = await bench.invite();
  const guess = { id: code.id, secret: newInviteCode().secret };
  const ends = await Promise.all(Array.from({ length: 8 }, () => bench.join(node, guess)));
  const spent = 'this code was tried too often: make another with encrew invite';
  expect(ends.map((end) => (end.ok ? 'joined' : end.message)).sort()).toEqual(
    [...Array.from({ length: 5 }, () => wrong), ...Array.from({ length: 3 }, () => spent)].sort(),
  );
  expect(await bench.join(node, code)).toEqual({ ok: false, message: spent });
  expect((await bench.audit()).map(({ result }) => result)).toEqual(Array.from({ length: 9 }, () => 'failure'));
});

test('a code that the server never made is told, and tries without end are slowed down', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const unknown = 'this server does not know this code: look at it again, or make another with encrew invite';
  for (let i = 0; i < 30; i += 1) {
    expect(await bench.join(node, newInviteCode())).toEqual({ ok: false, message: unknown });
  }
  expect(await bench.join(node, await bench.invite())).toEqual({
    ok: false,
    message: 'Too many of these requests; try again in 300 s.',
  });
});

test('somebody between node and server, who passes everything on, gets nowhere, and the code stays good', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const between = await newIdentity('server');
  const code = await bench.invite();
  const heard: unknown[] = [];
  const url = await relay(bench, between, (path, body, pass) => {
    heard.push(body);
    return pass(path, body);
  });
  expect(await bench.join(node, code, url)).toEqual({ ok: false, message: wrong });
  expect(JSON.stringify(heard)).not.toContain(code.secret);
  expect(await bench.store.db.selectFrom('node').selectAll().execute()).toEqual([]);
  expect(await bench.join(node, code)).toMatchObject({ ok: true });
});

test('somebody in the server’s place, who does not know the code, is not believed, whatever he says', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const code = await bench.invite();
  const wrongProof = 'a'.repeat(64);
  let proofToSend: (sent: string) => string = () => wrongProof;
  const url = await relay(bench, await newIdentity('server'), async (path, body) => {
    if (path.endsWith('/begin')) return { status: 200, body: { serverNonce: 'b'.repeat(64) } };
    return { status: 200, body: { nodeId: 'n', proof: proofToSend(joinProve.parse(body).proof) } };
  });
  const refused = {
    ok: false,
    message: `what answers at ${url} does not know the code: it is not the server that made it`,
  };
  expect(await bench.join(node, code, url)).toEqual(refused);
  // Nor is it enough to send back what the node said.
  proofToSend = (sent) => sent;
  expect(await bench.join(node, code, url)).toEqual(refused);
});

test('a removed node joins again by a new code, as itself, and not by its old one', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const old = await bench.invite();
  const first = await bench.join(node, old);
  const id = first.ok ? first.server.nodeId : '';
  await revokeNode(bench.store.db, id, bench.clock.nowMs());
  expect(await bench.join(node, old)).toMatchObject({ ok: false });
  expect(await findNodeByKey(bench.store.db, node.keyHash)).toMatchObject({ revokedAtMs: bench.clock.nowMs() });
  expect(await bench.join(node, await bench.invite())).toMatchObject({ ok: true, server: { nodeId: id } });
  expect(await findNodeByKey(bench.store.db, node.keyHash)).toMatchObject({ id, revokedAtMs: null });
});

test('nobody joins without TLS or without a certificate, with words that are not understood, or a proof of nothing', async () => {
  const bench = await joinBench();
  const node = await newIdentity('attic');
  const begin = JSON.stringify({ nodeNonce: 'a'.repeat(64) });
  const plain = await fetch(`${bench.url.replace('https', 'http')}/nodes/v1/join/begin`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: begin },
  });
  const certificate = { message: 'nodes ask over TLS, and show their certificate' };
  expect([plain.status, await plain.json()]).toEqual([401, certificate]);
  const bare = await post(bench.url, '/nodes/v1/join/begin', begin, null);
  expect([bare.status, bare.body]).toEqual([401, certificate]);
  const notUnderstood = await post(bench.url, '/nodes/v1/join/begin', '{"nodeNonce":"short"}', node);
  expect(notUnderstood).toEqual({
    status: 400,
    body: { message: 'the request was not understood: use the same version of Encrew on both sides' },
  });
  const prove = { inviteId: 'ABCD', proof: 'a'.repeat(64), protocol: 1, name: 'a', version: '1' };
  const early = await post(bench.url, '/nodes/v1/join/prove', JSON.stringify(prove), node);
  expect(early).toEqual({ status: 403, body: { message: 'the connection was lost meanwhile: try again' } });
  expect(await bench.join(node, await bench.invite(), 'https://127.0.0.1:1')).toEqual({
    ok: false,
    message: expect.stringMatching(/^can't reach the server at https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/),
  });
});

test('codes are read as people type them, and nothing else is one', () => {
  const code = { id: '0123', secret: '456789ABCDEFGHJK' };
  expect(inviteText(code)).toBe('0123-4567-89AB-CDEF-GHJK');
  for (const text of [
    '0123-4567-89AB-CDEF-GHJK',
    ' o123 4567 89ab cdef ghjk',
    'OI234567-89ABCDEFGHJK'.replace('I', 'L'),
  ]) {
    expect(readInviteCode(text)).toEqual(code);
  }
  for (const text of [
    '',
    '0123-4567-89AB-CDEF-GHJ',
    '0123-4567-89AB-CDEF-GHJU',
    `0123-4567-89AB-CDEF-GHJK${' '.repeat(99)}`,
  ]) {
    expect(readInviteCode(text)).toBeNull();
  }
  const made = newInviteCode();
  expect(readInviteCode(inviteText(made))).toEqual(made);
});

test('a proof is of one side, one pair of keys and one pair of nonces', () => {
  const secretHash = '1'.repeat(64);
  const talk = { nodeKeyHash: '2', serverKeyHash: '3', nodeNonce: '4', serverNonce: '5' };
  const proof = joinProof(secretHash, 'node', talk);
  expect(isJoinProof(proof, secretHash, 'node', talk)).toBe(true);
  expect(isJoinProof(proof, secretHash, 'server', talk)).toBe(false);
  expect(isJoinProof(proof, '2'.repeat(64), 'node', talk)).toBe(false);
  expect(isJoinProof('', secretHash, 'node', talk)).toBe(false);
  for (const key of ['nodeKeyHash', 'serverKeyHash', 'nodeNonce', 'serverNonce']) {
    expect(isJoinProof(proof, secretHash, 'node', { ...talk, [key]: '9' })).toBe(false);
  }
});

type Said = { status: number; body: unknown };

/** One request over TLS, on a connection of its own or an agent's. */
async function post(base: string, path: string, body: string, by: Identity | null, agent?: Agent): Promise<Said> {
  const certificate = by === null ? {} : { key: by.keyPem, cert: by.certificatePem };
  const request = secureRequest(new URL(path, base), {
    ...{ method: 'POST', rejectUnauthorized: false, agent: agent ?? false, ...certificate },
    headers: { 'content-type': 'application/json' },
  });
  request.end(body);
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      json(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
  });
}

/** A server of somebody else, who may ask the real one with his own key. */
async function relay(
  bench: JoinBench,
  identity: Identity,
  answer: (path: string, body: unknown, pass: (path: string, body: unknown) => Promise<Said>) => Promise<Said>,
): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const pass = (path: string, body: unknown) => post(bench.url, path, JSON.stringify(body), identity, agent);
  const { keyPem: key, certificatePem: cert } = identity;
  const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const respond = async (): Promise<void> => {
      const { status, body } = await answer(request.url ?? '', z.unknown().parse(await json(request)), pass);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    respond().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return `https://127.0.0.1:${address.port}`;
}
