import { expect, onTestFinished, test } from 'vitest';
import { nodeAdmission } from '#main/app/admit-node.ts';
import { pairNode, revokeNode } from '#main/store/nodes.ts';
import { openStore } from '#main/store/open-store.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('the server’s own process is let in by its secret, others by their key alone, and removed ones no more', async () => {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  const admit = nodeAdmission(db, 'the secret');
  const node = { keyHash: 'k1', name: 'Attic', version: '1.0.0', protocol: 1 };
  const id = await db.transaction().execute((trx) => pairNode(trx, node, 1));
  const caller = { auth: {}, keyHash: null, isSameMachine: true };
  const pairAgain = 'pair them again, with a code of encrew invite';
  const noKey = { ok: false, message: 'nodes connect over TLS, with the key they were paired with' };
  const local = { ok: true, nodeId: 'local', isLocal: true };

  expect(await admit({ ...caller, auth: { secret: 'the secret' } })).toEqual(local);
  // Whoever has heard the secret somehow has to be on this machine too.
  expect(await admit({ ...caller, auth: { secret: 'the secret' }, isSameMachine: false })).toEqual(noKey);
  for (const auth of [{ secret: 'another one' }, { secret: 'the secre' }, { secret: 1 }, null, 'the secret']) {
    expect(await admit({ ...caller, auth })).toEqual(noKey);
  }
  expect(await admit({ ...caller, keyHash: 'k1', isSameMachine: false })).toEqual({
    ok: true,
    nodeId: id,
    isLocal: false,
  });
  expect(await admit({ ...caller, keyHash: 'k2' })).toEqual({
    ok: false,
    message: `this server does not know this node: ${pairAgain}`,
  });
  await revokeNode(db, id, 2);
  expect(await admit({ ...caller, keyHash: 'k1' })).toEqual({
    ok: false,
    message: `this node was removed from the server: ${pairAgain}`,
  });
});
