import { beforeEach, describe, expect, test } from 'vitest';
import { webhookRoutes } from '#main/api/routes/webhooks.ts';
import { findWebhook } from '#main/store/webhooks.ts';
import { secretOwner } from '#main/webhooks/signature.ts';
import {
  deliveryList,
  deliveryView,
  pingAnswer,
  webhookList,
  webhookPayload,
  webhookWithSecret,
} from '#shared/protocol/webhooks.ts';
import { type ApiAnswer, type ApiServer, operator, serveApi } from '#tests/helpers/serve-api.ts';
import { benchSecret, type WebhookBench, webhookBench } from '#tests/helpers/webhook-bench.ts';
import { type WebhookReceiver, webhookReceiver } from '#tests/helpers/webhook-receiver.ts';

let bench: WebhookBench;
let receiver: WebhookReceiver;
let api: ApiServer;
let pokes = 0;
beforeEach(async () => {
  bench = await webhookBench();
  receiver = await webhookReceiver(benchSecret);
  pokes = 0;
  const changed = () => {
    pokes += 1;
  };
  bench.names.set('hook.example', '127.0.0.1');
  api = await serveApi(webhookRoutes({ ...bench.deps, changed }));
});

const events = ['job.created', 'job.started', 'job.completed', 'job.failed'];
const refusal = ({ status, problem }: ApiAnswer) => ({ status, code: problem?.code, details: problem?.details });
const unknown = (id: string) => ({
  status: 404,
  code: 'ENC-SYS-006',
  details: `There is no webhook ${id}; GET /webhooks lists them.`,
});

async function made(body: object = {}) {
  const answer = await api.post('/webhooks', { url: receiver.url, secret: benchSecret, ...body });
  expect(answer).toMatchObject({ status: 201 });
  return webhookWithSecret.parse(answer.body);
}

describe('keeping', () => {
  test('a webhook is added with what it was given, and found, listed, changed and deleted', async () => {
    const answer = await api.post('/webhooks', { url: 'http://HOOK.example:80/a b', description: 'Plex' });
    const { secret, ...view } = webhookWithSecret.parse(answer.body);
    expect({ status: answer.status, view }).toEqual({
      status: 201,
      view: {
        id: expect.any(String),
        url: 'http://hook.example/a%20b',
        events,
        description: 'Plex',
        enabled: true,
        disabledBecause: null,
        createdBy: 'Ada',
        createdAt: '2026-01-31T12:00:00.000Z',
        updatedAt: '2026-01-31T12:00:00.000Z',
      },
    });
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect((await api.get(`/webhooks/${view.id}`)).body).toEqual(view);
    expect((await api.get('/webhooks')).body).toEqual({ items: [view], total: 1, nextCursor: null });

    bench.clock.advance(1_000);
    const change = {
      url: receiver.url,
      events: ['job.failed', 'job.created', 'job.failed'],
      enabled: false,
      description: '',
    };
    const changed = await api.patch(`/webhooks/${view.id}`, change);
    const after = {
      ...view,
      url: `${receiver.url}/`,
      events: ['job.created', 'job.failed'],
      enabled: false,
      description: '',
      updatedAt: '2026-01-31T12:00:01.000Z',
    };
    expect(changed).toMatchObject({ status: 200, body: after });
    expect((await api.patch(`/webhooks/${view.id}`, {})).body).toEqual(after);

    expect((await api.delete(`/webhooks/${view.id}`)).status).toBe(204);
    expect((await api.get('/webhooks')).body).toEqual({ items: [], total: 0, nextCursor: null });
    expect(refusal(await api.get(`/webhooks/${view.id}`))).toEqual(unknown(view.id));
    expect(refusal(await api.patch(`/webhooks/${view.id}`, {}))).toEqual(unknown(view.id));
    expect(refusal(await api.delete(`/webhooks/${view.id}`))).toEqual(unknown(view.id));
  });

  test('webhooks come in pages, the newest first, and no more than 100 are kept', async () => {
    for (let i = 0; i < 100; i += 1) {
      bench.clock.advance(1);
      await bench.addHook(`h${i}`, receiver.url);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = webhookList.parse((await api.get(`/webhooks?limit=40${cursor && `&cursor=${cursor}`}`)).body);
      expect(page.total).toBe(100);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => `h${99 - i}`));
    expect(refusal(await api.post('/webhooks', { url: receiver.url }))).toEqual({
      status: 409,
      code: 'ENC-SYS-008',
      details: 'There are 100 webhooks already: delete one first.',
    });
    expect(webhookList.parse((await api.get('/webhooks')).body).total).toBe(100);
  });

  test('only admins see, change or use webhooks', async () => {
    const { id } = await made();
    const other = await serveApi(webhookRoutes({ ...bench.deps, changed: () => {} }), { actor: operator });
    const answers = [
      await other.get('/webhooks'),
      await other.get(`/webhooks/${id}`),
      await other.post('/webhooks', { url: receiver.url }),
      await other.patch(`/webhooks/${id}`, { enabled: false }),
      await other.delete(`/webhooks/${id}`),
      await other.post(`/webhooks/${id}/rotate-secret`, {}),
      await other.post(`/webhooks/${id}/test`),
      await other.get(`/webhooks/${id}/deliveries`),
      await other.get(`/webhooks/${id}/deliveries/x`),
      await other.post(`/webhooks/${id}/deliveries/x/redeliver`),
    ];
    expect(answers.map(({ status, problem }) => [status, problem?.code])).toEqual(
      answers.map(() => [403, 'ENC-AUTH-004']),
    );
    expect(receiver.received).toEqual([]);
  });

  test('a URL that no webhook may have is refused when it is saved, with the reason', async () => {
    const { id } = await made();
    bench.settings.allowPrivateWebhooks = false;
    bench.names.set('public.example', '1.1.1.1');
    for (const [url, message] of [
      ['http://127.0.0.1/', '127.0.0.1 is an address of this machine'],
      ['http://0x7f.1', '127.0.0.1 is an address of this machine'],
      ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1 is an address of this machine'],
      ['http://hook.example/', 'hook.example (127.0.0.1) is an address of this machine'],
      ['http://169.254.169.254/latest/meta-data', '169.254.169.254 is an address of this machine'],
      ['http://0.0.0.0/', '0.0.0.0 is an address that no receiver has'],
      ['http://nowhere.example/', "the name nowhere.example can't be found"],
      ['ftp://public.example/', 'must begin with https:// or http://, not ftp:'],
      ['https://me:pw@public.example/', 'must not hold a user name or password'],
      ['public.example', 'must be a URL such as https://example.org/hook'],
    ] as const) {
      const faults = [{ path: 'body.url', message: expect.stringContaining(message) }];
      const refused = { status: 400, code: 'ENC-SYS-007', details: { faults } };
      expect([url, refusal(await api.post('/webhooks', { url }))]).toEqual([url, refused]);
      expect([url, refusal(await api.patch(`/webhooks/${id}`, { url }))]).toEqual([url, refused]);
    }
    expect((await api.patch(`/webhooks/${id}`, { url: 'https://public.example/' })).status).toBe(200);
    for (const body of [{}, { url: 7 }, { url: receiver.url, events: [] }, { url: receiver.url, events: ['ping'] }])
      expect((await api.post('/webhooks', body)).status).toBe(400);
    expect((await api.post('/webhooks', { url: 'https://public.example/', secret: 'short' })).status).toBe(400);
  });
});

describe('secrets', () => {
  test('a secret is shown once, and lies in the database under the key of the data folder', async () => {
    const { id, secret } = await made({ secret: 'a secret of my own, äöü' });
    expect(secret).toBe('a secret of my own, äöü');
    const row = await findWebhook(bench.deps.db, id);
    expect(row?.secretSealed).not.toContain('secret');
    expect(bench.deps.sealer.open(row?.secretSealed ?? '', secretOwner(id))).toEqual({ ok: true, text: secret });
    const others = [
      await api.get(`/webhooks/${id}`),
      await api.get('/webhooks'),
      await api.patch(`/webhooks/${id}`, { description: 'x' }),
    ];
    expect(others.filter(({ text }) => text.includes('secret'))).toEqual([]);
  });

  test('a new secret signs from then on', async () => {
    const { id } = await made({ secret: null });
    await api.post(`/webhooks/${id}/test`);
    const { secret, ...rotated } = webhookWithSecret.parse((await api.post(`/webhooks/${id}/rotate-secret`, {})).body);
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(rotated).toEqual((await api.get(`/webhooks/${id}`)).body);
    await api.post(`/webhooks/${id}/test`);
    const mine = await api.post(`/webhooks/${id}/rotate-secret`, { secret: benchSecret });
    expect(webhookWithSecret.parse(mine.body).secret).toBe(benchSecret);
    await api.post(`/webhooks/${id}/test`);
    expect(receiver.received.map(({ isSigned }) => isSigned)).toEqual([false, false, true]);
    expect(refusal(await api.post('/webhooks/nobody/rotate-secret', {}))).toEqual(unknown('nobody'));
  });
});

describe('testing', () => {
  test('a test sends a signed ping, also where the webhook is switched off, and answers what the receiver said', async () => {
    const { id } = await made({ enabled: false, events: ['job.failed'] });
    const answer = await api.post(`/webhooks/${id}/test`);
    const [ping] = receiver.received;
    expect(answer).toMatchObject({
      status: 200,
      body: {
        deliveryId: ping?.deliveryId,
        delivered: true,
        durationMs: 0,
        status: 200,
        error: null,
        answer: 'this is 200',
      },
    });
    expect(receiver.received.map(({ isSigned, event }) => ({ isSigned, event }))).toEqual([
      { isSigned: true, event: 'ping' },
    ]);
    expect(webhookPayload.parse(JSON.parse(ping?.body ?? ''))).toEqual({
      event_id: expect.any(String),
      event_type: 'ping',
      timestamp: '2026-01-31T12:00:00.000Z',
      data: { webhook_id: id },
    });
    receiver.answer(410);
    expect(pingAnswer.parse((await api.post(`/webhooks/${id}/test`)).body)).toMatchObject({
      delivered: false,
      status: 410,
      error: 'answered 410',
    });
    bench.settings.allowPrivateWebhooks = false;
    expect(pingAnswer.parse((await api.post(`/webhooks/${id}/test`)).body)).toMatchObject({
      delivered: false,
      status: null,
      error: expect.stringContaining('127.0.0.1 is an address of this machine'),
    });
    const { items } = deliveryList.parse((await api.get(`/webhooks/${id}/deliveries`)).body);
    expect(
      items.map(({ eventType, state, attempts, nextAt }) => `${eventType} ${state} ${attempts} ${nextAt}`).toSorted(),
    ).toEqual(['ping delivered 1 null', 'ping failed 1 null', 'ping failed 1 null']);
    expect(refusal(await api.post('/webhooks/nobody/test'))).toEqual(unknown('nobody'));
    // A test is no news: there is nothing that the loop should send.
    expect([await bench.start().quiet(), receiver.received.length]).toEqual([null, 2]);
  });
});

describe('the log', () => {
  test('a delivery is shown with all that is known of it', async () => {
    const { id } = await made({ events: ['job.created'] });
    await bench.addJob('j1');
    receiver.answer(500);
    await bench.start().quiet();
    const { items, total } = deliveryList.parse((await api.get(`/webhooks/${id}/deliveries`)).body);
    const [sent] = receiver.received;
    const payload = webhookPayload.parse(JSON.parse(sent?.body ?? ''));
    expect({ items, total }).toEqual({
      total: 1,
      items: [
        {
          id: sent?.deliveryId,
          eventId: payload.event_id,
          eventType: 'job.created',
          state: 'pending',
          attempts: 1,
          nextAt: '2026-01-31T12:00:10.000Z',
          lastAt: '2026-01-31T12:00:00.000Z',
          lastDurationMs: 0,
          lastStatus: 500,
          lastError: 'answered 500',
          lastAnswer: 'this is 500',
          againOf: null,
          payload,
          createdAt: '2026-01-31T12:00:00.000Z',
          finishedAt: null,
        },
      ],
    });
    expect((await api.get(`/webhooks/${id}/deliveries/${sent?.deliveryId}`)).body).toEqual(items[0]);
    expect((await api.get(`/webhooks/${id}/deliveries/nothing`)).problem?.code).toBe('ENC-SYS-006');
    const { id: other } = await made();
    expect((await api.get(`/webhooks/${other}/deliveries/${sent?.deliveryId}`)).problem?.code).toBe('ENC-SYS-006');
    expect(refusal(await api.get('/webhooks/nobody/deliveries'))).toEqual(unknown('nobody'));
  });

  test('the log comes in pages, the newest first, and by state', async () => {
    const { id } = await made({ events: ['job.created', 'job.failed'] });
    const { quiet } = bench.start();
    for (let i = 0; i < 5; i += 1) {
      bench.clock.advance(1_000);
      await bench.addJob(`j${i}`);
      receiver.answer(i % 2 === 0 ? 200 : 404);
      await quiet();
    }
    const jobs = async (query: string) => {
      const { items, total, nextCursor } = deliveryList.parse(
        (await api.get(`/webhooks/${id}/deliveries?${query}`)).body,
      );
      const ids = items.map(({ payload }) => JSON.stringify(payload).match(/"job_id":"(\w+)"/)?.[1]);
      return { ids, total, nextCursor };
    };
    expect(await jobs('')).toEqual({ ids: ['j4', 'j3', 'j2', 'j1', 'j0'], total: 5, nextCursor: null });
    expect(await jobs('state=pending')).toEqual({ ids: ['j3', 'j1'], total: 2, nextCursor: null });
    expect(await jobs('state=failed')).toEqual({ ids: [], total: 0, nextCursor: null });
    const first = await jobs('state=delivered&limit=2');
    expect(first).toEqual({ ids: ['j4', 'j2'], total: 3, nextCursor: expect.any(String) });
    const rest = `limit=2&cursor=${first.nextCursor}`;
    expect(await jobs(`state=delivered&${rest}`)).toEqual({ ids: ['j0'], total: 3, nextCursor: null });
    expect((await api.get(`/webhooks/${id}/deliveries?state=pending&${rest}`)).status).toBe(400);
    expect((await api.get(`/webhooks/${id}/deliveries?state=lost`)).status).toBe(400);
  });

  test('a finished delivery is made again as a new one of the same event, a pending one is not', async () => {
    const { id } = await made({ events: ['job.created'] });
    const { quiet } = bench.start();
    await bench.addJob('j1');
    receiver.answer(500);
    await quiet();
    const [first] = receiver.received;
    const redeliver = () => api.post(`/webhooks/${id}/deliveries/${first?.deliveryId}/redeliver`);
    expect(refusal(await redeliver())).toEqual({
      status: 409,
      code: 'ENC-SYS-008',
      details: 'This delivery is still being tried; nextAt says when the next time is.',
    });
    receiver.answer(200);
    bench.clock.advance(10_000);
    await quiet();
    bench.clock.advance(30 * 3_600_000);
    const answer = await redeliver();
    const again = deliveryView.parse(answer.body);
    expect([answer.status, again.againOf, again.state, again.attempts, pokes]).toEqual([
      202,
      first?.deliveryId,
      'pending',
      0,
      1,
    ]);
    expect(again.id).not.toBe(first?.deliveryId);
    receiver.answer(500);
    expect(await quiet()).toBe(10_000);
    expect(receiver.received.map(({ body, isSigned }) => [body, isSigned])).toEqual(
      receiver.received.map(() => [first?.body, true]),
    );
    expect(receiver.received.length).toBe(3);

    await api.patch(`/webhooks/${id}`, { enabled: false });
    expect((await api.get(`/webhooks/${id}/deliveries/${again.id}`)).body).toMatchObject({
      state: 'failed',
      nextAt: null,
      lastError: 'the webhook was switched off',
    });
    expect(refusal(await redeliver())).toMatchObject({
      status: 409,
      details: 'This webhook is switched off: switch it on first.',
    });
    await api.patch(`/webhooks/${id}`, { enabled: true });
    expect(await quiet()).toBeNull();
    expect((await redeliver()).status).toBe(202);
    const missing = await api.post(`/webhooks/${id}/deliveries/nothing/redeliver`);
    expect(missing.problem?.code).toBe('ENC-SYS-006');
  });
});
