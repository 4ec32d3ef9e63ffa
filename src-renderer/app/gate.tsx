import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../components/fault.tsx';
import { LiveProvider } from '../data/live-context.tsx';
import { sessionQuery } from '../data/session.ts';
import { UploadProvider } from '../data/uploads-context.tsx';
import { Shell } from './shell.tsx';

const SignInScreen = lazy(async () => ({
  default: (await import('../screens/sign-in/sign-in-screen.tsx')).SignInScreen,
}));

/** Nobody sees a screen before the server knows who they are. */
export function Gate() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  if (session.isError) {
    return (
      <Center mih="100dvh" p="md">
        <Fault error={session.error} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  if (session.isPending) return <Waiting label={t('loading')} />;
  if (session.data === null) {
    return (
      <Suspense fallback={<Waiting label={t('loading')} />}>
        <SignInScreen />
      </Suspense>
    );
  }
  return (
    <LiveProvider>
      <UploadProvider>
        <Shell />
      </UploadProvider>
    </LiveProvider>
  );
}

function Waiting({ label }: { label: string }) {
  return (
    <Center mih="100dvh">
      <Loader aria-label={label} />
    </Center>
  );
}
