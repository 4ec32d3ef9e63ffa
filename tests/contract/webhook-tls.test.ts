import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { pageOfDeliveries } from '#main/store/webhook-deliveries.ts';
import { benchSecret, webhookBench } from '#tests/helpers/webhook-bench.ts';
import { webhookReceiver } from '#tests/helpers/webhook-receiver.ts';

test('a receiver has to prove its name, also where the address is known already', async () => {
  const pem = (name: string) => readFile(new URL(`../fixtures/tls/hook-example.${name}.pem`, import.meta.url), 'utf8');
  const [key, cert] = [await pem('key'), await pem('crt')];
  const receiver = await webhookReceiver(benchSecret, { key, cert });
  const bench = await webhookBench();
  bench.names.set('hook.example', '127.0.0.1').set('other.example', '127.0.0.1');
  const { quiet } = bench.start();
  let jobs = 0;
  const tell = async (host: string) => {
    jobs += 1;
    bench.clock.advance(1);
    await bench.addHook(host, `https://${host}:${receiver.port}/`, { events: ['job.created'] });
    await bench.addJob(`j${jobs}`);
    await quiet();
    const { rows } = await pageOfDeliveries(bench.deps.db, host, null, { limit: 1, after: null });
    await bench.deps.db.deleteFrom('webhook').execute();
    return rows.map(({ state, lastError }) => ({ state, lastError }));
  };

  expect(await tell('hook.example')).toEqual([
    { state: 'pending', lastError: expect.stringContaining('self-signed certificate') },
  ]);
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, cert]);
  onTestFinished(() => setDefaultCACertificates(trusted));
  expect(await tell('other.example')).toEqual([
    { state: 'pending', lastError: expect.stringContaining("Host: other.example. is not in the cert's altnames") },
  ]);
  expect(receiver.received).toEqual([]);
  expect(await tell('hook.example')).toEqual([{ state: 'delivered', lastError: null }]);
  expect(receiver.received.map(({ headers, isSigned }) => [headers['host'], isSigned])).toEqual([
    [`hook.example:${receiver.port}`, true],
  ]);
});
