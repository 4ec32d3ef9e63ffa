import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useChooseMode } from '../../data/desktop.ts';

/** Until the server's own pages are there; why they are not, where it can't start. */
export function ServerStarts({ problem, mode }: { problem: string | null; mode: 'server' | 'both' }) {
  const { t } = useTranslation('desktop');
  const choose = useChooseMode();
  if (problem === null) {
    return (
      <Group role="status">
        <Loader size="sm" aria-hidden />
        <Text>{t('server.starts')}</Text>
      </Group>
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
