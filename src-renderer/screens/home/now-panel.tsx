import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Job, JobState } from '#shared/model/job.ts';
import { useNowMs } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { filmName } from '../../components/film-name.ts';
import { JobProgressBar } from '../../components/job-progress.tsx';
import { TextLink } from '../../components/links.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { WhyWaiting } from '../../components/why-waiting.tsx';
import { jobQuery } from '../../data/jobs.ts';
import { latestJobsQuery } from '../../data/latest-jobs.ts';
import { useJobProgress } from '../../data/live-context.tsx';
import { FilmLink } from './film-link.tsx';
import { BlankLines, Panel } from './panel.tsx';

export const workingStates: readonly JobState[] = ['probing', 'encoding', 'packaging', 'validating', 'publishing'];

const shownJobs = 6;

/** What is being worked on, and what waits. */
export function NowPanel({ working, waiting }: { working: number; waiting: number }) {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const now = useQuery(latestJobsQuery(workingStates, 'queue', shownJobs));
  const jobs = now.data?.items ?? [];
  const more = (now.data?.total ?? working) - jobs.length;
  return (
    <Panel
      title={t('now.title')}
      aside={
        waiting === 0 ? null : (
          <TextLink to="/queue" search={{ state: ['queued'], sort: 'queue' }} size="sm">
            {t('now.waiting', { count: waiting, shown: amounts.count(waiting) })}
          </TextLink>
        )
      }
    >
      <Stack gap="md">
        {now.isPending ? <BlankLines /> : null}
        {now.isError ? <Fault error={now.error} onRetry={() => void now.refetch()} /> : null}
        {jobs.map((job) => (
          <WorkingJob key={job.id} job={job} />
        ))}
        {now.isSuccess && jobs.length === 0 ? <Idle waiting={waiting} /> : null}
        {now.isSuccess && more > 0 ? (
          <TextLink to="/queue" search={{ state: [...workingStates] }} size="sm">
            {t('now.more', { count: more, shown: amounts.count(more) })}
          </TextLink>
        ) : null}
      </Stack>
    </Panel>
  );
}

function WorkingJob({ job }: { job: Job }) {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const { progress, etaSec, fps, speed } = useJobProgress(job.id) ?? job;
  const nowMs = useNowMs();
  const rates = [
    ...(speed === null || speed <= 0 ? [] : [t('now.speed', { speed: amounts.decimal(speed, speed < 10 ? 1 : 0) })]),
    ...(fps === null || fps <= 0 ? [] : [t('now.fps', { fps: amounts.decimal(fps, 0) })]),
    ...(etaSec === null
      ? []
      : [t('now.readyAt', { time: amounts.time(new Date(nowMs + etaSec * 1000).toISOString()) })]),
  ];
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="sm" mb={6}>
        <FilmLink job={job} />
        <StateBadge state={job.state} />
      </Group>
      <JobProgressBar progress={progress} etaSec={etaSec} label={t('now.progressOf', filmName(job.input))} size="md" />
      {rates.length === 0 ? null : (
        <Text size="xs" c="dimmed">
          {rates.join(' · ')}
        </Text>
      )}
    </div>
  );
}

/** Nothing moves; where something waits, why it does. */
function Idle({ waiting }: { waiting: number }) {
  const { t } = useTranslation('home');
  const first = useQuery({ ...latestJobsQuery(['queued'], 'queue', 1), enabled: waiting > 0 });
  const firstId = first.data?.items[0]?.id;
  const detail = useQuery({ ...jobQuery(firstId ?? ''), enabled: firstId !== undefined });
  const why = detail.data?.waiting ?? [];
  return (
    <div>
      <Text size="sm">{waiting === 0 ? t('now.idle') : t('now.stuck')}</Text>
      {why.length === 0 ? null : <WhyWaiting reasons={why} />}
    </div>
  );
}
