import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LockedSecrets } from '../../components/locked-secrets.tsx';
import { useChooseMode, useRenewSecrets } from '../../data/desktop.ts';

type ServerStartsProps = {
  problem: string | null;
  /** The keychain does not open this machine's keys. */
  isLocked: boolean;
  mode: 'server' | 'both';
};

/** Until the server's own pages are there; why they are not, where it can't start. */
export function ServerStarts({ problem, isLocked, mode }: ServerStartsProps) {
  const { t } = useTranslation('desktop');
  const choose = useChooseMode();
  const renew = useRenewSecrets();
  if (problem === null) {
    return (
      <Group role="status">
        <Loader size="sm" aria-hidden />
        <Text>{t('server.starts')}</Text>
      </Group>
    );
  }
  if (isLocked) {
    return (
      <LockedSecrets
        problem={problem}
        onRetry={() => choose.mutate(mode)}
        onRenew={() => renew.mutate()}
        isBusy={renew.isPending || choose.isPending}
        error={renew.error}
      />
    );
  }
  return (
    <Stack align="flex-start">
      <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t('server.broken')} role="alert">
        {problem}
      </Alert>
      <Button variant="default" loading={choose.isPending} onClick={() => choose.mutate(mode)}>
        {t('server.retry')}
      </Button>
    </Stack>
  );
}
