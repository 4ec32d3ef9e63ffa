import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { jobState } from '#shared/model/job.ts';
import { Gate } from './gate.tsx';
import { NothingHere, ScreenFailed } from './screen-failed.tsx';

/*
 * Each screen is a file of its own, read when it is opened.
 */

const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Gate,
  notFoundComponent: NothingHere,
  errorComponent: ScreenFailed,
});

/** What the queue's address says: filters survive a reload and can be sent to somebody. */
const queueSearch = z.object({
  state: jobState.array().catch([]).default([]),
  search: z.string().catch('').default(''),
  batch: z.string().optional().catch(undefined),
});

const routes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/',
    component: lazyRouteComponent(() => import('../screens/home/home-screen.tsx'), 'HomeScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/queue',
    validateSearch: queueSearch,
    component: lazyRouteComponent(() => import('../screens/queue/queue-screen.tsx'), 'QueueScreen'),
  }),
];

/** The addresses of the screens. */
export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren(routes),
    context: { client },
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
