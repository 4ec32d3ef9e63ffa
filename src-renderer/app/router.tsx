import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { queuePageQuery } from '../data/queue.ts';
import { sessionQuery } from '../data/session.ts';
import { filterOf, queueSearch } from '../screens/queue/queue-search.ts';
import { jobSearch } from '../screens/job/job-search.ts';
import { Gate } from './gate.tsx';
import { NothingHere, ScreenFailed } from './screen-failed.tsx';
import { readTexts } from './texts.ts';

/*
 * Each screen is a file of its own, read when it is opened.
 */

const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Gate,
  notFoundComponent: NothingHere,
  errorComponent: ScreenFailed,
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
    loaderDeps: ({ search }) => search,
    loader: async ({ context: { client }, deps }) => {
      const [session] = await Promise.all([
        client.ensureQueryData(sessionQuery).catch(() => null),
        readTexts('queue', 'built-in-profiles'),
      ]);
      if (session !== null) void client.prefetchQuery(queuePageQuery(filterOf(deps), 0));
    },
    component: lazyRouteComponent(() => import('../screens/queue/queue-screen.tsx'), 'QueueScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/profiles',
    component: lazyRouteComponent(() => import('../screens/profiles/profiles-screen.tsx'), 'ProfilesScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/profiles/$id',
    component: lazyRouteComponent(() => import('../screens/profiles/profile-screen.tsx'), 'ProfileScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/jobs/$id',
    validateSearch: jobSearch,
    component: lazyRouteComponent(() => import('../screens/job/job-screen.tsx'), 'JobScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/add',
    component: lazyRouteComponent(() => import('../screens/add/add-screen.tsx'), 'AddScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/welcome',
    component: lazyRouteComponent(() => import('../screens/add/welcome-screen.tsx'), 'WelcomeScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('../screens/settings/settings-screen.tsx'), 'SettingsScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/$section',
    component: lazyRouteComponent(() => import('../screens/settings/section-screen.tsx'), 'SectionScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/crew',
    component: lazyRouteComponent(() => import('../screens/crew/crew-screen.tsx'), 'CrewScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/crew/$id',
    component: lazyRouteComponent(() => import('../screens/crew/node-screen.tsx'), 'NodeScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/library',
    component: lazyRouteComponent(() => import('../screens/library/library-screen.tsx'), 'LibraryScreen'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/library/$id',
    component: lazyRouteComponent(() => import('../screens/library/folder-screen.tsx'), 'FolderScreen'),
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

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
