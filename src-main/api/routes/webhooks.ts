import { newId } from '#main/platform/ids.ts';
import {
  addWebhook,
  changeWebhook,
  deleteWebhook,
  mostWebhooks,
  pageOfWebhooks,
  type Webhook,
} from '#main/store/webhooks.ts';
import { findReceiver } from '#main/webhooks/receiver.ts';
import { sendPing } from '#main/webhooks/send-ping.ts';
import { newWebhookSecret, secretOwner } from '#main/webhooks/signature.ts';
import type { WebhookDeps } from '#main/webhooks/webhook-deps.ts';
import {
  newWebhook,
  pingAnswer,
  webhookChange,
  webhookList,
  webhookListQuery,
  webhookNewSecret,
  webhookParams,
  webhookView,
  webhookWithSecret,
} from '#shared/protocol/webhooks.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { demandWebhook, unknownWebhook } from './webhook-demands.ts';
import { webhookAnswer } from './webhook-views.ts';

export type WebhookRouteDeps = WebhookDeps & {
  /** Called when there is something new to deliver. */
  changed: () => void;
};

/** Webhooks: who hears of jobs, and the log of what they were told. */
export function webhookRoutes(deps: WebhookRouteDeps): Route[] {
  return [...readRoutes(deps), ...writeRoutes(deps), ...secretRoutes(deps), ...webhookDeliveryRoutes(deps)];
}

function readRoutes({ db }: WebhookRouteDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/webhooks',
      tag: 'webhooks',
      summary: 'Lists webhooks, the newest first',
      role: 'admin',
      query: webhookListQuery,
      answer: webhookList,
      handle: ({ query }) => answerPage('webhooks', query, (ask) => pageOfWebhooks(db, ask), webhookAnswer),
    }),
    route({
      method: 'get',
      path: '/webhooks/{id}',
      tag: 'webhooks',
      summary: 'One webhook',
      role: 'admin',
      params: webhookParams,
      answer: webhookView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => ({ body: webhookAnswer(await demandWebhook(db, params.id)) }),
    }),
  ];
}

function writeRoutes(deps: WebhookRouteDeps): Route[] {
  const { db, clock } = deps;
  return [
    route({
      method: 'post',
      path: '/webhooks',
      tag: 'webhooks',
      summary: 'Adds a webhook; only this answer holds its secret',
      role: 'admin',
      body: newWebhook,
      answer: webhookWithSecret,
      status: 201,
      problems: ['ENC-SYS-008'],
      replay: 'never',
      handle: async ({ body: { secret: given, ...wanted }, actor }) => {
        const url = await demandReceiver(deps, wanted.url);
        const id = newId();
        const secret = given ?? newWebhookSecret();
        const nowMs = clock.nowMs();
        const webhook: Webhook = {
          ...wanted,
          id,
          url,
          secretSealed: deps.sealer.seal(secret, secretOwner(id)),
          disabledBecause: null,
          createdBy: actor?.name ?? null,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
        };
        if (!(await addWebhook(db, webhook))) {
          throw new RequestRefused('ENC-SYS-008', `There are ${mostWebhooks} webhooks already: delete one first.`);
        }
        return { body: { ...webhookAnswer(webhook), secret } };
      },
    }),
    route({
      method: 'patch',
      path: '/webhooks/{id}',
      tag: 'webhooks',
      summary: 'Changes a webhook; switched off, it gives up what was still to be delivered',
      role: 'admin',
      params: webhookParams,
      body: webhookChange,
      answer: webhookView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params, body }) => {
        await demandWebhook(db, params.id);
        const url = body.url === undefined ? undefined : await demandReceiver(deps, body.url);
        const changed = await changeWebhook(db, params.id, { ...body, url }, clock.nowMs());
        if (changed === null) throw unknownWebhook(params.id);
        return { body: webhookAnswer(changed) };
      },
    }),
    route({
      method: 'delete',
      path: '/webhooks/{id}',
      tag: 'webhooks',
      summary: 'Deletes a webhook with its log',
      role: 'admin',
      params: webhookParams,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => {
        if (!(await deleteWebhook(db, params.id))) throw unknownWebhook(params.id);
        return { body: undefined };
      },
    }),
  ];
}

function secretRoutes(deps: WebhookRouteDeps): Route[] {
  const { db, clock } = deps;
  return [
    route({
      method: 'post',
      path: '/webhooks/{id}/rotate-secret',
      tag: 'webhooks',
      summary: 'Gives a webhook a new secret, at once; only this answer holds it',
      role: 'admin',
      params: webhookParams,
      body: webhookNewSecret,
      answer: webhookWithSecret,
      problems: ['ENC-SYS-006'],
      replay: 'never',
      handle: async ({ params: { id }, body }) => {
        const secret = body.secret ?? newWebhookSecret();
        const secretSealed = deps.sealer.seal(secret, secretOwner(id));
        const changed = await changeWebhook(db, id, { secretSealed }, clock.nowMs());
        if (changed === null) throw unknownWebhook(id);
        return { body: { ...webhookAnswer(changed), secret } };
      },
    }),
    route({
      method: 'post',
      path: '/webhooks/{id}/test',
      tag: 'webhooks',
      summary: 'Sends a signed ping right now, and answers what the receiver said',
      role: 'admin',
      params: webhookParams,
      answer: pingAnswer,
      problems: ['ENC-SYS-006'],
      handle: async ({ params, signal }) => {
        const ping = await sendPing(deps, await demandWebhook(db, params.id), signal);
        if (ping === null) throw new RequestRefused('ENC-SYS-004', 'The caller left before the receiver answered.');
        const { deliveryId, end } = ping;
        const { durationMs, status, error, answer } = end;
        return { body: { deliveryId, delivered: error === null, durationMs, status, error, answer } };
      },
    }),
  ];
}

/** The URL in its one form; RequestRefused where no webhook may go there. */
async function demandReceiver(deps: WebhookDeps, url: string): Promise<string> {
  const rules = { allowPrivate: deps.allowPrivate(), resolveName: deps.resolveName };
  const found = await findReceiver(url, rules);
  if (found.ok) return found.receiver.url.href;
  throw new RequestRefused('ENC-SYS-007', { faults: [{ path: 'body.url', message: found.message }] });
}
