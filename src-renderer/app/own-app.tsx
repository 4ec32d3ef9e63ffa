import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { styleNonce } from '../style/nonce.ts';
import { theme } from '../style/theme.ts';
import { DesktopWindows } from './desktop-windows.tsx';

const OwnPages = lazy(async () => ({ default: (await import('../screens/first-choice/own-pages.tsx')).OwnPages }));

/** The pages of the desktop app itself: no server, no session, no addresses. */
export function OwnApp() {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={client}>
        <Suspense fallback={null}>
          <OwnPages />
        </Suspense>
        <DesktopWindows />
      </QueryClientProvider>
    </MantineProvider>
  );
}
