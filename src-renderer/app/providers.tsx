import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { styleNonce } from '../style/nonce.ts';
import { theme } from '../style/theme.ts';
import { DesktopWindows } from './desktop-windows.tsx';
import type { AppRouter } from './router.tsx';

export type ProvidersProps = { client: QueryClient; router: AppRouter };

/** All that every screen stands in. */
export function Providers({ client, router }: ProvidersProps) {
  const { t } = useTranslation();
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
          <DesktopWindows />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
