import { Group, SimpleGrid, Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FilePlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { jobsKey, statisticsQuery } from '../../data/jobs.ts';
import { useRefreshBy } from '../../data/live-context.tsx';
import { nodesKey } from '../../data/nodes.ts';
import { useMay } from '../../data/session.ts';
import { CrewPanel } from './crew-panel.tsx';
import { DisksPanel } from './disks-panel.tsx';
import { FailedPanel, FinishedPanel } from './ended-panels.tsx';
import { FirstSteps } from './first-steps.tsx';
import { NowPanel, workingStates } from './now-panel.tsx';
import { ThroughputPanel } from './throughput-panel.tsx';

const refreshKeys = [jobsKey, nodesKey, statisticsQuery.queryKey];
const readAgainMs = 60_000;

/** What happens now, and what has happened. */
export function HomeScreen() {
  const { t } = useTranslation('home');
  const mayAdd = useMay('operator');
  const statistics = useQuery({ ...statisticsQuery, refetchInterval: readAgainMs });
  useRefreshBy('dashboard', refreshKeys);
  const { data } = statistics;
  const isNew = data?.jobs.total === 0;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        {mayAdd && !isNew ? (
          <ButtonLink to="/add" leftSection={<FilePlus size={18} aria-hidden />}>
            {t('add')}
          </ButtonLink>
        ) : null}
      </Group>
      {statistics.isError ? <Fault error={statistics.error} onRetry={() => void statistics.refetch()} /> : null}
      {statistics.isPending ? <FirstLook /> : null}
      {data === undefined ? null : (
        <>
          {isNew ? <FirstSteps /> : null}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" style={{ alignItems: 'start' }}>
            <Stack gap="md" miw={0}>
              {isNew ? null : (
                <NowPanel
                  working={workingStates.reduce((sum, state) => sum + data.jobs.byState[state], 0)}
                  waiting={data.jobs.byState.queued}
                />
              )}
              <CrewPanel />
              <DisksPanel disks={data.disks} />
            </Stack>
            <Stack gap="md" miw={0}>
              <FailedPanel />
              {isNew ? null : <FinishedPanel />}
            </Stack>
          </SimpleGrid>
          {isNew ? null : <ThroughputPanel statistics={data} />}
        </>
      )}
    </Stack>
  );
}

function FirstLook() {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" role="status" aria-label={t('loading')}>
      <Skeleton height={220} />
      <Skeleton height={220} />
    </SimpleGrid>
  );
}
