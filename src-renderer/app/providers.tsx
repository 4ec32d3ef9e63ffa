import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault, whenSignedOut } from '../data/client.ts';
import { sessionQuery } from '../data/session.ts';
import { styleNonce } from '../style/nonce.ts';
import { theme } from '../style/theme.ts';
import { createAppRouter } from './router.tsx';

/** All that every screen stands in. */
export function Providers() {
  const { t } = useTranslation();
  const [client] = useState(newQueryClient);
  const [router] = useState(() => createAppRouter(client));
  const close = t('close');
  // Mantine leaves the crosses of dialogs and notes without a name.
  const named = useMemo(() => {
    const components = { CloseButton: { defaultProps: { 'aria-label': close } } };
    return mergeThemeOverrides(theme, { components });
  }, [close]);
  return (
    <MantineProvider theme={named} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function newQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // The live line says when something is to be read again.
        staleTime: 30_000,
        // What was refused is refused again; what did not arrive may.
        retry: (failures, error) => !(error instanceof ApiFault && error.status >= 400) && failures < 3,
      },
    },
  });
  whenSignedOut(() => client.setQueryData(sessionQuery.queryKey, null));
  return client;
}
