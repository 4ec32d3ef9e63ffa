import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { Ago } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { useFaultNote } from '../../components/fault-note.ts';
import { filmName } from '../../components/film-name.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { useNextStep } from '../../components/next-step.ts';
import { ServerSays } from '../../components/server-says.tsx';
import { useFailureWords } from '../../components/server-words.ts';
import { refusalOf, useSteerJobs } from '../../data/jobs.ts';
import { latestJobsQuery } from '../../data/latest-jobs.ts';
import { useMay } from '../../data/session.ts';
import { FilmLink } from './film-link.tsx';
import { BlankLines, Panel } from './panel.tsx';

const shownJobs = 5;

/** What failed, why, and what can be done about it; nothing at all while nothing failed. */
export function FailedPanel() {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const { data } = useQuery(latestJobsQuery(['failed'], '-updatedAt', shownJobs));
  if (data === undefined || data.items.length === 0) return null;
  const { items, total } = data;
  return (
    <Panel
      title={t('failed.title')}
      aside={
        <TextLink to="/queue" search={{ state: ['failed'] }} size="sm">
          {t('failed.all', { count: total, shown: amounts.count(total) })}
        </TextLink>
      }
    >
      <Stack gap="md" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {items.map((job) => (
          <FailedJob key={job.id} job={job} />
        ))}
      </Stack>
    </Panel>
  );
}

function FailedJob({ job }: { job: Job }) {
  const { t } = useTranslation('home');
  const failureWords = useFailureWords();
  const nextStep = useNextStep();
  const mayRetry = useMay('operator');
  const steer = useSteerJobs();
  const tellFault = useFaultNote();
  const retry = (): void =>
    steer.mutate(
      { action: 'retry', ids: [job.id] },
      {
        onError: tellFault,
        onSuccess: ({ refused: [refused] }) => {
          if (refused !== undefined) tellFault(refusalOf(refused));
        },
      },
    );
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <FilmLink job={job} />
        <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
          <Ago at={job.finishedAt ?? job.updatedAt} />
        </Text>
      </Group>
      {job.error === null ? null : (
        <ServerSays said={failureWords(job.error)} c="var(--mantine-color-error)" lineClamp={2} />
      )}
      <Text size="sm" c="dimmed">
        {nextStep(job.error?.code ?? '')}
      </Text>
      <Group gap="xs" mt={6}>
        {mayRetry ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={14} aria-hidden />}
            loading={steer.isPending}
            aria-label={t('failed.retryFilm', filmName(job.input))}
            onClick={retry}
          >
            {t('failed.retry')}
          </Button>
        ) : null}
        <ButtonLink
          size="compact-sm"
          variant="subtle"
          to="/jobs/$id"
          params={{ id: job.id }}
          aria-label={t('failed.lookAt', filmName(job.input))}
        >
          {t('failed.look')}
        </ButtonLink>
      </Group>
    </li>
  );
}

/** What was finished last. */
export function FinishedPanel() {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const finished = useQuery(latestJobsQuery(['completed'], '-updatedAt', shownJobs));
  const { data } = finished;
  return (
    <Panel
      title={t('finished.title')}
      aside={
        data === undefined || data.total <= shownJobs ? null : (
          <TextLink to="/queue" search={{ state: ['completed'], sort: '-updatedAt' }} size="sm">
            {t('finished.all', { count: data.total, shown: amounts.count(data.total) })}
          </TextLink>
        )
      }
    >
      {finished.isPending ? <BlankLines /> : null}
      {finished.isError ? <Fault error={finished.error} onRetry={() => void finished.refetch()} /> : null}
      {data?.items.length === 0 ? <Text size="sm">{t('finished.nothing')}</Text> : null}
      <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {(data?.items ?? []).map((job) => (
          <FinishedJob key={job.id} job={job} />
        ))}
      </Stack>
    </Panel>
  );
}

function FinishedJob({ job }: { job: Job }) {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const { startedAt, finishedAt } = job;
  return (
    <li>
      <Group wrap="nowrap">
        <FilmLink job={job} />
      </Group>
      {finishedAt === null ? null : (
        <Text size="xs" c="dimmed">
          <Ago at={finishedAt} />
          {startedAt === null
            ? null
            : ` · ${t('finished.took', { time: amounts.duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000) })}`}
        </Text>
      )}
    </li>
  );
}
