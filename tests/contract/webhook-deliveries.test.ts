import { beforeEach, describe, expect, test } from 'vitest';
import { sealerOf } from '#main/platform/sealed-text.ts';
import { pageOfDeliveries } from '#main/store/webhook-deliveries.ts';
import { findWebhook } from '#main/store/webhooks.ts';
import { enqueueDeliveries } from '#main/webhooks/enqueue-deliveries.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';
import { benchSecret, benchStart, type WebhookBench, webhookBench } from '#tests/helpers/webhook-bench.ts';
import { type WebhookReceiver, webhookReceiver } from '#tests/helpers/webhook-receiver.ts';

let bench: WebhookBench;
let receiver: WebhookReceiver;
beforeEach(async () => {
  bench = await webhookBench();
  receiver = await webhookReceiver(benchSecret);
});

/** The log of a webhook, the oldest first; times count from the bench's beginning. */
async function log(webhookId = 'h1') {
  const { rows } = await pageOfDeliveries(bench.deps.db, webhookId, null, { limit: 200, after: null });
  const sinceStart = (atMs: number | null) => (atMs === null ? null : atMs - benchStart);
  return rows.toReversed().map((row) => ({
    event: row.eventType,
    state: row.state,
    attempts: row.attempts,
    nextMs: sinceStart(row.nextAtMs),
    lastMs: sinceStart(row.lastAtMs),
    status: row.lastStatus,
    error: row.lastError,
    answer: row.lastAnswer,
    finishedMs: sinceStart(row.finishedAtMs),
  }));
}

const delivered = {
  event: 'job.created',
  state: 'delivered',
  attempts: 1,
  nextMs: null,
  lastMs: 0,
  status: 200,
  error: null,
  answer: 'this is 200',
  finishedMs: 0,
};
const willBeTriedAgain = { ...delivered, state: 'pending', nextMs: 10_000, finishedMs: null };

describe('trying again', () => {
  test('a receiver that recovers gets what it missed, signed anew', async () => {
    await bench.addHook('h1', receiver.url);
    const { quiet } = bench.start();
    await bench.addJob('j1');
    receiver.answer(500);
    expect(await quiet()).toBe(10_000);
    expect(await log()).toEqual([{ ...willBeTriedAgain, status: 500, error: 'answered 500', answer: 'this is 500' }]);
    bench.clock.advance(9_999);
    expect(await quiet()).toBe(1);
    receiver.answer(204);
    bench.clock.advance(1);
    expect(await quiet()).toBeNull();
    expect(await log()).toEqual([
      { ...delivered, attempts: 2, lastMs: 10_000, status: 204, answer: '', finishedMs: 10_000 },
    ]);
    const [first, second] = receiver.received;
    expect(receiver.received.map(({ isSigned }) => isSigned)).toEqual([true, true]);
    expect([second?.deliveryId, second?.body]).toEqual([first?.deliveryId, first?.body]);
    expect(second?.headers['x-encrew-signature']).not.toBe(first?.headers['x-encrew-signature']);
  });

  test('for a day it is tried less and less often, then it is given up', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    const { quiet } = bench.start();
    await bench.addJob('j1');
    receiver.answer(503);
    const waitsMs: number[] = [];
    for (let next = await quiet(); next !== null; next = await quiet()) {
      waitsMs.push(next);
      bench.clock.advance(next);
    }
    const doubling = [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560].map((sec) => sec * 1_000);
    expect(waitsMs).toEqual([...doubling, ...Array.from({ length: 22 }, () => 3_600_000)]);
    const lastMs = waitsMs.reduce((a, b) => a + b);
    expect(lastMs).toBeLessThanOrEqual(24 * 3_600_000);
    expect(lastMs).toBeGreaterThan(23 * 3_600_000);
    const end = { lastMs, finishedMs: lastMs, status: 503, error: 'answered 503', answer: 'this is 503' };
    expect(await log()).toEqual([{ ...delivered, ...end, state: 'failed', attempts: 32 }]);
    expect(receiver.received.length).toBe(32);
  });

  test('chance shortens each wait by up to a quarter', async () => {
    await bench.addHook('h1', receiver.url);
    bench.deps.chance = () => 0.999_999;
    const { quiet } = bench.start();
    await bench.addJob('j1');
    receiver.answer(500);
    expect(await quiet()).toBe(7_500);
    bench.clock.advance(7_500);
    expect(await quiet()).toBe(15_000);
  });

  const say = (status: number, when: string) =>
    receiver.answer((response) => response.writeHead(status, { 'Retry-After': when }).end());

  test('a receiver that says when to come again is left alone until then, for a day at most', async () => {
    await bench.addHook('h1', receiver.url);
    const { quiet } = bench.start();
    await bench.addJob('j1');
    const afterAnswer = async (status: number, when: string): Promise<number> => {
      say(status, when);
      const nextMs = (await quiet()) ?? 0;
      bench.clock.advance(nextMs);
      return nextMs;
    };
    expect(await afterAnswer(429, '90')).toBe(90_000);
    expect(await afterAnswer(503, new Date(bench.clock.nowMs() + 7_200_000).toUTCString())).toBe(7_200_000);
    // Sooner than it would be tried anyway, or nonsense, changes nothing, and other answers have no say.
    expect(await afterAnswer(503, '1')).toBe(40_000);
    expect(await afterAnswer(503, 'soon')).toBe(80_000);
    expect(await afterAnswer(500, '900')).toBe(160_000);
    expect(await afterAnswer(429, '99999999999')).toBe(86_400_000);
    const lastMs = bench.clock.nowMs() - benchStart;
    receiver.answer(200);
    await quiet();
    expect(await log()).toEqual([{ ...delivered, attempts: 7, lastMs, finishedMs: lastMs }]);
  });

  test('what happens while a receiver wants to be left alone waits too', async () => {
    await bench.addHook('h1', receiver.url);
    const { quiet } = bench.start();
    await bench.addJob('j1');
    say(429, '90');
    expect(await quiet()).toBe(90_000);
    await bench.addJob('j2');
    expect([await quiet(), receiver.received.length]).toEqual([90_000, 1]);
    receiver.answer(200);
    bench.clock.advance(90_000);
    expect([await quiet(), receiver.received.length]).toEqual([null, 3]);
  });

  test('a server that was off for days still tries once what it had to tell', async () => {
    const failing = await webhookReceiver(benchSecret);
    failing.answer(500);
    await bench.addHook('h1', receiver.url);
    await bench.addHook('h2', failing.url);
    await bench.addJob('j1');
    await enqueueDeliveries(bench.deps.db, bench.clock, new AbortController().signal);
    bench.clock.advance(3 * 24 * 3_600_000);
    expect(await bench.start().quiet()).toBeNull();
    expect(await log('h1')).toMatchObject([{ state: 'delivered', attempts: 1 }]);
    expect(await log('h2')).toMatchObject([{ state: 'failed', attempts: 1, nextMs: null }]);
  });

  test('a clock that is set back by a month does not put off what waits', async () => {
    await bench.addHook('h1', receiver.url);
    bench.clock.advance(31 * 24 * 3_600_000);
    const { quiet } = bench.start();
    await bench.addJob('j1');
    receiver.answer(500);
    expect(await quiet()).toBe(10_000);
    bench.clock.advance(-31 * 24 * 3_600_000);
    receiver.answer(200);
    expect(await quiet()).toBeNull();
    expect(await log()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });
});

describe('receivers of all kinds', () => {
  test('one that is slow is given up after 10 s, and holds up nobody else meanwhile', async () => {
    const slow = await webhookReceiver(benchSecret);
    slow.answer(() => {});
    await bench.addHook('h1', slow.url);
    await bench.addHook('h2', receiver.url);
    const { tick, quiet } = bench.start();
    for (const id of ['j1', 'j2', 'j3']) await bench.addJob(id);
    await waitUntil('the others were told of all three', async () => {
      await tick();
      return receiver.received.length === 3;
    });
    expect(slow.received.length).toBe(1);
    // One delivery of the slow one is on its way, so nothing waits but what follows it.
    expect(await log()).toMatchObject([{ attempts: 0 }, { attempts: 0 }, { attempts: 0 }]);
    slow.answer(200);
    bench.clock.advance(9_999);
    expect(await log()).toMatchObject([{ attempts: 0 }, { attempts: 0 }, { attempts: 0 }]);
    bench.clock.advance(1);
    await quiet();
    const entries = await log();
    expect(entries.filter(({ state }) => state === 'delivered').length).toBe(2);
    expect(entries.filter(({ state }) => state === 'pending')).toEqual([
      { ...willBeTriedAgain, nextMs: 20_000, status: null, error: 'no answer in time', answer: null },
    ]);
  });

  test('with more dead receivers than places, the living one is served as soon as one place is free', async () => {
    const dead = await webhookReceiver(benchSecret);
    dead.answer(() => {});
    for (let i = 0; i < 20; i += 1) await bench.addHook(`dead-${i}`, dead.url);
    const { work, tick } = bench.start();
    for (const id of ['j1', 'j2']) await bench.addJob(id);
    await tick();
    await waitUntil('all places are taken', () => dead.received.length === 16);
    await bench.addHook('h1', receiver.url);
    await bench.addJob('j3');
    await tick();
    expect(receiver.received.length).toBe(0);
    bench.clock.advance(10_000);
    await work.settled();
    await tick();
    await waitUntil('the living one was told', () => receiver.received.length === 1);
  });

  test('one that redirects is not followed', async () => {
    const elsewhere = await webhookReceiver(benchSecret);
    await bench.addHook('h1', receiver.url);
    const { quiet } = bench.start();
    await bench.addJob('j1');
    receiver.answer((response) => response.writeHead(307, { Location: elsewhere.url }).end('over there'));
    expect(await quiet()).toBe(10_000);
    const error = 'answered 307: redirects are not followed, name the final URL';
    expect(await log()).toEqual([{ ...willBeTriedAgain, status: 307, error, answer: 'over there' }]);
    expect([receiver.received.length, elsewhere.received.length]).toEqual([1, 0]);
  });

  test('one that is gone for good switches its webhook off and gives up the rest', async () => {
    const hook = await bench.addHook('h1', receiver.url);
    const { quiet } = bench.start();
    for (const id of ['j1', 'j2']) await bench.addJob(id);
    receiver.answer(410);
    bench.clock.advance(5);
    expect(await quiet()).toBeNull();
    const because = 'the receiver answered 410 Gone';
    const left = {
      ...delivered,
      state: 'failed',
      attempts: 0,
      lastMs: null,
      status: null,
      answer: null,
      finishedMs: 5,
    };
    const entries = await log();
    expect(entries.toSorted((a, b) => b.attempts - a.attempts)).toEqual([
      { ...left, attempts: 1, lastMs: 5, status: 410, error: 'answered 410', answer: 'this is 410' },
      { ...left, error: because },
    ]);
    expect(await findWebhook(bench.deps.db, 'h1')).toEqual({
      ...hook,
      enabled: false,
      disabledBecause: because,
      updatedAtMs: benchStart + 5,
    });
    await bench.addJob('j3');
    await quiet();
    expect(receiver.received.length).toBe(1);
  });

  test('an endless answer is read to 64 KB, and its first 1 KB is kept as text', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    const { quiet } = bench.start();
    await bench.addJob('j1');
    let writtenBytes = 0;
    const closed = Promise.withResolvers<void>();
    receiver.answer((response) => {
      response.once('close', closed.resolve);
      const more = (): void => {
        while (response.write('ä\u0000b'.repeat(16_384))) writtenBytes += 65_536;
        response.once('drain', more);
      };
      more();
    });
    await quiet();
    // 256 times four bytes.
    expect(await log()).toEqual([{ ...delivered, answer: 'ä\u{fffd}b'.repeat(256) }]);
    // The receiver sees that nobody reads on.
    await closed.promise;
    expect(writtenBytes).toBeLessThan(32 * 1024 * 1024);
  });

  test('an answer that is cut in the middle of a character, or is no text, is still kept as text', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    const { quiet } = bench.start();
    receiver.answer((response) => response.end(`a${'é'.repeat(600)}`));
    await bench.addJob('j1');
    await quiet();
    receiver.answer((response) => response.end(Buffer.from([0xff, 0x41, 0x1b, 0x5b, 0x0a])));
    bench.clock.advance(1);
    await bench.addJob('j2');
    await quiet();
    expect((await log()).map(({ answer }) => answer)).toEqual([`a${'é'.repeat(511)}`, '\u{fffd}A\u{fffd}[\n']);
  });

  test('a body that breaks off or never ends takes nothing back of a good status', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    const { tick, quiet } = bench.start();
    receiver.answer((response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('half', () => response.destroy());
    });
    await bench.addJob('j1');
    await quiet();
    expect(await log()).toEqual([{ ...delivered, answer: 'half' }]);

    receiver.answer((response) => void response.writeHead(201).write('and then'));
    await bench.addJob('j2');
    await tick();
    await waitUntil('the second request came', () => receiver.received.length === 2);
    await waitUntil('its answer ended with the time that it had', async () => {
      bench.clock.advance(10_000);
      return (await log()).every(({ state }) => state === 'delivered');
    });
  });

  test('one that closes the connection, changes the protocol or talks nonsense is tried again', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    const { quiet } = bench.start();
    await bench.addJob('j1');
    const seen: (string | null | undefined)[] = [];
    for (const rude of [
      '',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'SSH-2.0-OpenSSH_9.6\r\n',
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
    ]) {
      receiver.answer((_response, { socket }) => socket.end(rude));
      const nextMs = await quiet();
      seen.push((await log())[0]?.error);
      bench.clock.advance(nextMs ?? 0);
    }
    expect(await log()).toMatchObject([{ state: 'pending', attempts: 4, status: null, answer: null }]);
    expect(seen).toEqual([
      'the receiver closed the connection without an answer (ECONNRESET)',
      'the receiver closed the connection',
      expect.stringContaining('Parse Error'),
      expect.stringContaining('Header overflow'),
    ]);
  });

  test('where nobody listens, or a name leads nowhere, it is tried again', async () => {
    const { port } = receiver;
    await bench.addHook('h1', `http://nowhere.example:${port}/`, { events: ['job.created'] });
    await bench.addHook('h2', 'http://127.0.0.1:1/', { events: ['job.created'] });
    await bench.addJob('j1');
    await bench.start().quiet();
    const none = { ...willBeTriedAgain, status: null, answer: null };
    expect(await log('h1')).toEqual([{ ...none, error: "the name nowhere.example can't be found" }]);
    expect(await log('h2')).toEqual([{ ...none, error: 'nobody listens there (ECONNREFUSED)' }]);
  });

  test('HTTPS is never answered in the clear', async () => {
    await bench.addHook('h1', receiver.url.replace('http:', 'https:'), { events: ['job.created'] });
    await bench.addJob('j1');
    await bench.start().quiet();
    expect(await log()).toMatchObject([{ state: 'pending', attempts: 1, status: null }]);
    expect(receiver.received).toEqual([]);
  });
});

describe('where it may go', () => {
  test('a name is looked up once, and the connection goes to the address that was checked', async () => {
    let lookups = 0;
    bench.deps.resolveName = async (name) => {
      lookups += 1;
      expect(name).toBe('hook.example');
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await bench.addHook('h1', `http://hook.example:${receiver.port}/`);
    await bench.addJob('j1');
    await bench.start().quiet();
    expect(lookups).toBe(1);
    expect(receiver.received.map(({ headers }) => headers['host'])).toEqual([`hook.example:${receiver.port}`]);
  });

  test('a name that leads home only later is refused then', async () => {
    bench.settings.allowPrivateWebhooks = false;
    bench.names.set('hook.example', '127.0.0.1');
    await bench.addHook('h1', `http://hook.example:${receiver.port}/`, { events: ['job.created'] });
    await bench.addHook('h2', receiver.url, { events: ['job.created'] });
    await bench.addHook('h3', `http://[::ffff:127.0.0.1]:${receiver.port}`, { events: ['job.created'] });
    const { quiet } = bench.start();
    await bench.addJob('j1');
    await quiet();
    const error = expect.stringContaining('of this machine or of its own network; the setting allowPrivateWebhooks');
    const refused = { ...willBeTriedAgain, status: null, error, answer: null };
    for (const id of ['h1', 'h2', 'h3']) expect(await log(id)).toEqual([refused]);
    expect(receiver.received).toEqual([]);

    bench.settings.allowPrivateWebhooks = true;
    bench.clock.advance(10_000);
    await quiet();
    for (const id of ['h1', 'h2']) expect(await log(id)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  test('a name server that never answers costs 10 s', async () => {
    bench.deps.resolveName = () => new Promise(() => {});
    await bench.addHook('h1', 'http://hook.example/', { events: ['job.created'] });
    await bench.addJob('j1');
    const { work, tick } = bench.start();
    await tick();
    await waitUntil('it waits for the name', () => bench.clock.pendingMs().length === 1);
    bench.clock.advance(10_000);
    await work.settled();
    expect(await log()).toMatchObject([{ state: 'pending', attempts: 1, error: 'the name was not found in time' }]);
  });

  test('a secret of another key, or a damaged one, is told in the log', async () => {
    const sealed = sealerOf(Buffer.alloc(32, 8)).seal('secret', 'webhook:h1');
    await bench.addHook('h1', receiver.url, { events: ['job.created'], secretSealed: sealed });
    const { secretSealed } = await bench.addHook('h2', receiver.url, { events: ['job.created'] });
    await bench.addHook('h3', receiver.url, { events: ['job.created'], secretSealed });
    await bench.addJob('j1');
    await bench.start().quiet();
    const none = { ...willBeTriedAgain, status: null, answer: null };
    const error = 'the secret was sealed with another secret.key: restore that file, or set a new secret';
    expect(await log('h1')).toEqual([{ ...none, error }]);
    expect(await log('h3')).toEqual([{ ...none, error: 'the secret in the database is damaged: set a new one' }]);
    expect(receiver.received.length).toBe(1);
  });
});

describe('stopping', () => {
  test('what is on its way when the server stops is sent again by the next one, as the same delivery', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    await bench.addJob('j1');
    receiver.answer(() => {});
    const stopping = new AbortController();
    const { work } = bench.start();
    await work.tick(stopping.signal);
    await waitUntil('the request came', () => receiver.received.length === 1);
    stopping.abort();
    await work.settled();
    expect(await log()).toMatchObject([{ state: 'pending', attempts: 0, nextMs: 0 }]);
    await work.tick(stopping.signal);
    expect(bench.clock.pendingMs()).toEqual([]);

    receiver.answer(200);
    await bench.start().quiet();
    expect(await log()).toEqual([delivered]);
    expect(receiver.received.length).toBe(2);
    expect(new Set(receiver.received.map(({ deliveryId }) => deliveryId)).size).toBe(1);
  });

  test('a delivery whose end can’t be written down is an error of the next turn, and is made again', async () => {
    const { sqlite } = bench.store;
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    await bench.addJob('j1');
    sqlite.exec(`CREATE TRIGGER full BEFORE UPDATE ON webhookDelivery BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    const { quiet } = bench.start();
    await expect(quiet()).rejects.toThrow('what became of a delivery was not written down');
    sqlite.exec('DROP TRIGGER full');
    await quiet();
    expect(await log()).toEqual([delivered]);
    expect(receiver.received.length).toBe(2);
  });

  test('a webhook that is deleted or switched off while it is being told leaves no trace of that', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created'] });
    await bench.addJob('j1');
    const { work, tick } = bench.start();
    receiver.answer(() => {});
    await tick();
    await waitUntil('the request came', () => receiver.received.length === 1);
    await bench.deps.db.deleteFrom('webhook').execute();
    bench.clock.advance(10_000);
    await work.settled();
    expect(await tick()).toBeNull();
    expect(await log()).toEqual([]);
  });
});
