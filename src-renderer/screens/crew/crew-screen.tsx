import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { useRefreshBy } from '../../data/live-context.tsx';
import { nodesQuery } from '../../data/nodes.ts';
import { useMay } from '../../data/session.ts';
import { AddMachine } from './add-machine.tsx';
import { CrewRows } from './crew-rows.tsx';
import { type PairingTarget, PairingDialog } from './pairing-dialog.tsx';

/** The machines that encode together, and how others join them. */
export function CrewScreen() {
  const { t } = useTranslation('crew');
  const nodes = useQuery(nodesQuery);
  const mayPair = useMay('admin');
  const [target, setTarget] = useState<PairingTarget | null>(null);
  useRefreshBy('dashboard', [nodesQuery.queryKey]);
  return (
    <Stack maw={960} gap="lg">
      <Stack gap={2}>
        <Title order={1}>{t('title')}</Title>
        <Text c="dimmed">{t('lead')}</Text>
      </Stack>
      {nodes.isPending ? <Skeleton height={220} aria-hidden /> : null}
      {nodes.isError ? <Fault error={nodes.error} onRetry={() => void nodes.refetch()} /> : null}
      {nodes.data?.length === 0 ? (
        <Stack gap={4}>
          <Text fw={600}>{t('empty.title')}</Text>
          <Text c="dimmed">{t('empty.text')}</Text>
        </Stack>
      ) : null}
      {nodes.data !== undefined && nodes.data.length > 0 ? <CrewRows nodes={nodes.data} /> : null}
      {mayPair ? <AddMachine onPair={setTarget} /> : null}
      {target === null ? null : <PairingDialog target={target} onClose={() => setTarget(null)} />}
    </Stack>
  );
}
