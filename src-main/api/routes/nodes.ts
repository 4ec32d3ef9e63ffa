import { z } from 'zod';
import type { Crew } from '#main/fleet/crew.ts';
import { setDraining } from '#main/fleet/node-rows.ts';
import { nodeViews } from '#main/fleet/node-view.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { readPage } from '#main/store/page.ts';
import { nodeList, nodeView } from '#shared/protocol/nodes.ts';
import { pageQuery } from '#shared/protocol/page.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';

const nodeId = z.strictObject({ id: z.string() });

/** The crew. */
export function nodeRoutes({ queue, crew }: { queue: QueueContext; crew: Crew }): Route[] {
  const { db } = queue;
  const nodeOf = async (id: string) => {
    const row = await db.selectFrom('node').selectAll().where('id', '=', id).executeTakeFirst();
    const [view] = row === undefined ? [] : await nodeViews(db, crew, [row]);
    if (view === undefined) throw new RequestRefused('ENC-WRK-001', `There is no node ${id}.`);
    return view;
  };
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
          (ask) => readPage(db.selectFrom('node').selectAll(), order, ask),
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
  ];
}
