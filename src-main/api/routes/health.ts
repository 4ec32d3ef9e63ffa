import { type Health, health } from '#shared/protocol/nodes.ts';
import { type Route, route } from '../route.ts';

/**
 * Whether the server does its work; asked without a token by whoever watches over it. What went wrong, with paths and all,
 * is for those who are known.
 */
export function healthRoutes(look: (isKnown: boolean) => Health): Route[] {
  return [
    route({
      method: 'get',
      path: '/health',
      tag: 'server',
      summary: 'Whether the server does its work',
      role: 'anyone',
      answer: health,
      handle: async ({ actor }) => {
        const found = look(actor !== null);
        return { status: found.status === 'failing' ? 503 : 200, body: found };
      },
    }),
  ];
}
