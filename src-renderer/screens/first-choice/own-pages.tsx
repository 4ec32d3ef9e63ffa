import { Center, Container, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { Logo } from '../../components/logo.tsx';
import { useDesktopStanding } from '../../data/desktop.ts';
import { FirstChoice } from './first-choice.tsx';
import { LentMachine } from './lent-machine.tsx';
import { ServerStarts } from './server-starts.tsx';

/** What the desktop app shows where no server of this machine does: the first choice, a lent machine, a server that starts. */
export function OwnPages() {
  const { t } = useTranslation('desktop');
  const standing = useDesktopStanding();
  if (standing.isError) return <Fault error={standing.error} onRetry={() => void standing.refetch()} />;
  if (standing.isPending) {
    return (
      <Center mih="100dvh">
        <Loader aria-label={t('loading')} />
      </Center>
    );
  }
  const { settings, secrets, server } = standing.data;
  return (
    <Container component="main" size="xs" py="xl">
      <Stack gap="lg">
        <Group gap="sm">
          <Logo size={32} />
          <Text fw={700}>Encrew</Text>
        </Group>
        <Title order={1}>{t(titleOf(settings.mode))}</Title>
        {settings.mode === null ? <FirstChoice /> : null}
        {settings.mode === 'node' ? <LentMachine standing={standing.data} /> : null}
        {settings.mode === 'server' || settings.mode === 'both' ? (
          <ServerStarts problem={server.problem} isLocked={secrets === 'locked'} mode={settings.mode} />
        ) : null}
      </Stack>
    </Container>
  );
}

function titleOf(mode: 'server' | 'node' | 'both' | null) {
  if (mode === null) return 'choice.title';
  return mode === 'node' ? 'lent.title' : 'server.title';
}
