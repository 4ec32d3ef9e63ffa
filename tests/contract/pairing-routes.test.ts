import { expect, onTestFinished, test } from 'vitest';
import { pairingRoutes } from '#main/api/routes/pairing.ts';
import { serverPairing } from '#main/app/server-pairing.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { findNodeByKey, revokeNode } from '#main/store/nodes.ts';
import { openStore } from '#main/store/open-store.ts';
import { settings } from '#shared/model/settings.ts';
import { type FoundNode, foundIdOf } from '#shared/protocol/node-discovery.ts';
import { foundNodeList, pairingView } from '#shared/protocol/pairing.ts';
import type { AuditEntry } from '#main/api/audit-entry.ts';
import { anIdentity, aPairingNode, type PairingNode } from '#tests/helpers/pairing-sides.ts';
import { operator, serveApi, type ServeApiOptions } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** The routes with a real store; `found` is what mDNS would have found. */
async function aServer({ found = [], ...options }: { found?: FoundNode[] } & ServeApiOptions = {}) {
  const store = await openStore(await temporaryFolder());
  const pairing = serverPairing({
    ...{ store, identity: await anIdentity('Cellar'), clock: systemClock, log: silentLogger, port: () => 7420 },
    settings: settings.parse({}),
  });
  onTestFinished(async () => {
    await pairing.stop();
    await store.close();
  });
  const browser = { found: () => found, refresh: () => {}, stop: async () => {} };
  const api = await serveApi(
    pairingRoutes({ db: store.db, browser: () => browser, pairings: pairing.pairings }),
    options,
  );
  return { api, db: store.db, pairing };
}

function foundAt({ identity, at }: PairingNode, addresses = [at.host]): FoundNode {
  return {
    ...{ id: foundIdOf(identity.keyHash), name: 'Attic', host: 'encrew.local', addresses, port: at.port },
    ...{ version: '0.1.0', protocol: 1, cores: 8, gpu: null, paired: false, lastSeenAtMs: 1_000 },
  };
}

const addressOf = ({ at }: PairingNode) => ({ address: `${at.host}:${at.port}` });

test('a node that was found is paired by its digits, and is one of this server’s from then on', async () => {
  const node = await aPairingNode();
  const audit: AuditEntry[] = [];
  // A network that is gone comes first.
  const found = [foundAt(node, ['127.0.0.2', '127.0.0.1'])];
  const { api, db } = await aServer({ found, audit: (entry) => void audit.push(entry) });
  const before = foundNodeList.parse((await api.get('/nodes/found')).body);
  expect(before).toEqual({
    isSearching: true,
    items: [
      {
        ...{ id: foundIdOf(node.identity.keyHash), name: 'Attic', host: 'encrew.local', port: node.at.port },
        ...{ addresses: ['127.0.0.2', '127.0.0.1'], version: '0.1.0', protocol: 1, cores: 8, gpu: null, paired: false },
        ...{ nodeId: null, lastSeenAt: '1970-01-01T00:00:01.000Z' },
      },
    ],
  });
  const answer = await api.post('/nodes/pairings', { foundId: before.items[0]?.id });
  expect(answer.status).toBe(201);
  const begun = pairingView.parse(answer.body);
  expect(node.news).toMatchObject([{ kind: 'compare', digits: begun.digits }]);
  expect((await api.get(`/nodes/pairings/${begun.id}`)).body).toEqual(begun);
  const confirmed = pairingView.parse((await api.post(`/nodes/pairings/${begun.id}/confirm`)).body);
  expect(confirmed).toEqual({ ...begun, state: 'paired', nodeId: expect.any(String) });
  expect(await findNodeByKey(db, node.identity.keyHash)).toMatchObject({
    ...{ id: confirmed.nodeId, name: 'Attic', version: '0.1.0', isLocal: 0, revokedAtMs: null },
  });
  expect(foundNodeList.parse((await api.get('/nodes/found')).body).items[0]?.nodeId).toBe(confirmed.nodeId);
  expect((await api.post(`/nodes/pairings/${begun.id}/confirm`)).problem).toMatchObject({
    ...{ code: 'ENC-SYS-008', details: 'This pairing is paired: there is nothing to confirm.' },
  });
  expect(audit.map(({ action, resourceId, result }) => `${action} ${resourceId === begun.id} ${result}`)).toEqual([
    'POST /nodes/pairings true success',
    'POST /nodes/pairings/{id}/confirm true success',
    'POST /nodes/pairings/{id}/confirm true failure',
  ]);
});

test('a removed node is paired anew, and is the same again', async () => {
  const [node, { api, db }] = [await aPairingNode({ closedBecause: () => null }), await aServer()];
  const pair = async () => {
    const { id } = pairingView.parse((await api.post('/nodes/pairings', addressOf(node))).body);
    return pairingView.parse((await api.post(`/nodes/pairings/${id}/confirm`)).body).nodeId ?? '';
  };
  const first = await pair();
  expect(await revokeNode(db, first, 1)).toBe(true);
  expect(await pair()).toBe(first);
  expect(await findNodeByKey(db, node.identity.keyHash)).toMatchObject({ id: first, revokedAtMs: null });
});

test('a node that refuses at the last moment is not remembered, and stays removed where it was', async () => {
  const adopt = async () => {
    throw new Error('disk full');
  };
  const [node, { api, db }] = [await aPairingNode({ adopt }), await aServer()];
  const { id } = pairingView.parse((await api.post('/nodes/pairings', addressOf(node))).body);
  expect(pairingView.parse((await api.post(`/nodes/pairings/${id}/confirm`)).body)).toMatchObject({
    ...{ state: 'failed', nodeId: null, message: 'the node could not remember its server: disk full' },
  });
  expect((await findNodeByKey(db, node.identity.keyHash))?.revokedAtMs).not.toBeNull();
});

test('a pairing is called off on both sides', async () => {
  const [node, { api }] = [await aPairingNode(), await aServer()];
  const { id } = pairingView.parse((await api.post('/nodes/pairings', addressOf(node))).body);
  expect((await api.delete(`/nodes/pairings/${id}`)).body).toMatchObject({ state: 'cancelled' });
  expect(node.news[1]).toMatchObject({ kind: 'ended', because: 'cancelled' });
  expect((await api.post(`/nodes/pairings/${id}/confirm`)).problem?.code).toBe('ENC-SYS-008');
});

test('what can’t be paired with is told, with what to do', async () => {
  const node = await aPairingNode({ closedBecause: () => 'this node has a server: unpair it first' });
  const { api } = await aServer();
  const refusal = async (body: unknown) => (await api.post('/nodes/pairings', body)).problem;
  expect(await refusal(addressOf(node))).toMatchObject({
    ...{ code: 'ENC-WRK-002', details: 'This node has a server: unpair it first.' },
  });
  expect(await refusal({ address: '127.0.0.1:1' })).toMatchObject({ code: 'ENC-WRK-003' });
  expect(await refusal({ address: 'http://127.0.0.1/' })).toMatchObject({ code: 'ENC-SYS-007' });
  expect(await refusal({ foundId: 'f'.repeat(32) })).toMatchObject({ code: 'ENC-WRK-001' });
  expect(await refusal({ foundId: 'f' })).toMatchObject({ code: 'ENC-SYS-007' });
  expect(await refusal({})).toMatchObject({ code: 'ENC-SYS-007' });
  for (const [method, path] of [
    ['get', '/nodes/pairings/none'],
    ['post', '/nodes/pairings/none/confirm'],
    ['delete', '/nodes/pairings/none'],
  ] as const) {
    expect((await api[method](path)).problem?.code).toBe('ENC-SYS-006');
  }
});

test('only admins see who is on the network, and pair', async () => {
  const [node, { api }] = [await aPairingNode(), await aServer({ actor: operator })];
  const answers = [
    await api.get('/nodes/found'),
    await api.post('/nodes/pairings', addressOf(node)),
    await api.get('/nodes/pairings/x'),
    await api.post('/nodes/pairings/x/confirm'),
    await api.delete('/nodes/pairings/x'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect(node.news).toEqual([]);
});
