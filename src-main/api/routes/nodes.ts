import { z } from 'zod';
import { makeInvite } from '#main/fleet/make-invite.ts';
import { setDraining } from '#main/fleet/node-rows.ts';
import { nodeViews } from '#main/fleet/node-view.ts';
import { type RemoveDeps, removeNode } from '#main/fleet/remove-node.ts';
import { instant } from '#main/queue/job-view.ts';
import { changeNode, findNode, type NodeRow } from '#main/store/nodes.ts';
import { readPage } from '#main/store/page.ts';
import { nodeChange, nodeInvite, nodeList, nodeView } from '#shared/protocol/nodes.ts';
import { pageQuery } from '#shared/protocol/page.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';

const nodeId = z.strictObject({ id: z.string() });

/** The crew. */
export function nodeRoutes(deps: RemoveDeps): Route[] {
  const { queue, crew } = deps;
  const { db, clock } = queue;
  const viewOf = async (row: NodeRow | null, id: string) => {
    const [view] = row === null ? [] : await nodeViews(db, crew, [row]);
    if (view === undefined) throw noNode(id);
    return view;
  };
  const nodeOf = async (id: string) => viewOf(await findNode(db, id), id);
  return [
    route({
      method: 'get',
      path: '/nodes',
      tag: 'nodes',
      summary: 'The crew, and what each does',
      role: 'viewer',
      query: z.strictObject(pageQuery),
      answer: nodeList,
      handle: async ({ query }) => {
        const order = { by: 'createdAtMs', id: 'id', direction: 'asc' } as const;
        const { body } = await answerPage(
          'nodes',
          query,
          (ask) => readPage(db.selectFrom('node').selectAll().where('revokedAtMs', 'is', null), order, ask),
          (row) => row,
        );
        return { body: { ...body, items: await nodeViews(db, crew, body.items) } };
      },
    }),
    route({
      method: 'get',
      path: '/nodes/{id}',
      tag: 'nodes',
      summary: 'A node',
      role: 'viewer',
      params: nodeId,
      answer: nodeView,
      problems: ['ENC-WRK-001'],
      handle: async ({ params }) => ({ body: await nodeOf(params.id) }),
    }),
    ...([true, false] as const).map((draining) =>
      route({
        method: 'post',
        path: draining ? '/nodes/{id}/drain' : '/nodes/{id}/undrain',
        tag: 'nodes',
        summary: draining ? 'Lets a node finish what it has, and gives it nothing new' : 'Gives a node work again',
        role: 'admin',
        params: nodeId,
        answer: nodeView,
        problems: ['ENC-WRK-001'],
        handle: async ({ params: { id } }) => {
          await nodeOf(id);
          await setDraining(queue, crew, id, draining);
          return { body: await nodeOf(id) };
        },
      }),
    ),
    route({
      method: 'patch',
      path: '/nodes/{id}',
      tag: 'nodes',
      summary: 'Renames a node, or sets what it may do and where it finds the server’s folders',
      role: 'admin',
      params: nodeId,
      body: nodeChange,
      answer: nodeView,
      problems: ['ENC-WRK-001'],
      handle: async ({ params: { id }, body }) => {
        const row = await changeNode(db, id, body);
        const view = await viewOf(row, id);
        const member = crew.find(id);
        if (member !== null) {
          member.tags = view.tags;
          member.orders({ limits: view.limits, pathMaps: view.pathMaps });
        }
        queue.changed();
        return { body: view };
      },
    }),
    route({
      method: 'delete',
      path: '/nodes/{id}',
      tag: 'nodes',
      summary:
        'Removes a node: it is cut off at once, what it had goes to others, and only a new pairing lets it in again',
      role: 'admin',
      params: nodeId,
      status: 204,
      problems: ['ENC-WRK-001', 'ENC-SYS-008'],
      handle: async ({ params: { id } }) => {
        const row = await findNode(db, id);
        if (row?.isLocal === 1) {
          throw new RequestRefused(
            'ENC-SYS-008',
            'This is the server’s own node: drain it, or switch the setting "node" off.',
          );
        }
        if (row === null || !(await removeNode(deps, row))) throw noNode(id);
        return { body: undefined };
      },
    }),
    ...(['restart', 'prove'] as const).map((step) =>
      route({
        method: 'post',
        path: `/nodes/{id}/${step}`,
        tag: 'nodes',
        summary:
          step === 'restart'
            ? 'Lets a node give back what it has, and begin anew'
            : 'Lets a node try again the encoders that failed their trial; its offer tells what came of it',
        role: step === 'restart' ? 'admin' : 'operator',
        params: nodeId,
        status: 202,
        answer: nodeView,
        problems: ['ENC-WRK-001', 'ENC-WRK-003'],
        handle: async ({ params: { id } }) => {
          const view = await nodeOf(id);
          const member = crew.find(id);
          if (member === null) throw new RequestRefused('ENC-WRK-003', `${view.name} is not connected.`);
          member[step]();
          return { status: 202, body: view };
        },
      }),
    ),
    route({
      method: 'post',
      path: '/nodes/invites',
      tag: 'nodes',
      summary: 'A one-time code with which a node can join',
      role: 'admin',
      status: 201,
      answer: nodeInvite,
      problems: ['ENC-SYS-008'],
      replay: 'never',
      handle: async ({ actor }) => {
        const made = await makeInvite(db, actor?.kind === 'user' ? actor.id : null, clock.nowMs());
        if (made === null) {
          throw new RequestRefused('ENC-SYS-008', 'There are too many codes that nobody used: wait until they expire.');
        }
        return { status: 201, body: { id: made.id, code: made.code, expiresAt: instant(made.expiresAtMs) } };
      },
    }),
  ];
}

function noNode(id: string): RequestRefused {
  return new RequestRefused('ENC-WRK-001', `There is no node ${id}.`);
}
