import { Box, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { JobDetail, JobState } from '#shared/model/job.ts';
import { useNowMs } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { filmName } from '../../components/film-name.ts';
import { useProfileTitles } from '../../components/profile-words.ts';
import { StateBadge } from '../../components/state-badge.tsx';
import { useJobProgress } from '../../data/live-context.tsx';
import { profilesQuery } from '../../data/profiles.ts';
import { JobActions } from './job-actions.tsx';
import { ShowOutput } from './show-output.tsx';

const moving: readonly JobState[] = ['probing', 'encoding', 'packaging', 'validating', 'publishing'];

/** What it is, how far it is, and what can be done about it. */
export function JobHead({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const profiles = useQuery(profilesQuery('living'));
  const name = useProfileTitles(profiles.data)(job.profile);
  const isMoving = moving.includes(job.state);
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} miw={0} maw="100%">
          <Group gap="sm">
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {filmName(job.input).name}
            </Title>
            <StateBadge state={job.state} />
          </Group>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {t('profile', { name, version: job.profileVersion })}
          </Text>
        </Stack>
        <JobActions job={job} />
        <ShowOutput job={job} />
      </Group>
      {isMoving || job.state === 'paused' ? <HowFar job={job} isMoving={isMoving} /> : <WhenDone job={job} />}
      <Places job={job} />
    </Stack>
  );
}

function HowFar({ job, isMoving }: { job: JobDetail; isMoving: boolean }) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const nowMs = useNowMs();
  const live = useJobProgress(job.id);
  const { progress, fps, speed, etaSec } = isMoving && live !== undefined ? live : job;
  const facts = [
    ...(fps === null || fps === 0
      ? []
      : [
          speed === null
            ? t('rateSlow', { fps: amounts.decimal(fps) })
            : t('rate', { fps: amounts.decimal(fps), speed: amounts.speed(speed) }),
        ]),
    ...(etaSec === null
      ? []
      : [
          t('left', { time: amounts.roughly(etaSec) }),
          t('done', { at: amounts.time(new Date(nowMs + etaSec * 1000).toISOString()) }),
        ]),
  ];
  return (
    <Box>
      <Group gap="sm" wrap="nowrap">
        <Progress
          value={progress * 100}
          size="lg"
          flex={1}
          aria-label={t('progress')}
          {...(isMoving ? {} : { color: 'gray' })}
        />
        <Text fw={600} miw="3.5em" ta="end">
          {amounts.percent(progress)}
        </Text>
      </Group>
      {/* Its place is kept: nothing below moves when a number comes or goes. */}
      <Text size="sm" mih="1.6em" mt={4}>
        {facts.join(' · ')}
      </Text>
    </Box>
  );
}

function WhenDone({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const { startedAt, finishedAt, createdAt, expiresAt, state } = job;
  const parts = [t('added', { at: amounts.dateTime(createdAt) })];
  if (finishedAt !== null) {
    const at = amounts.dateTime(finishedAt);
    const tookSec = startedAt === null ? null : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
    const isDone = state === 'completed' && tookSec !== null;
    parts.push(isDone ? t('took', { time: amounts.duration(tookSec), at }) : t('ended', { at }));
  }
  if (expiresAt !== null && state === 'queued') parts.push(t('expires', { at: amounts.dateTime(expiresAt) }));
  return <Text size="sm">{parts.join(' · ')}</Text>;
}

function Places({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  return (
    <Stack gap={2}>
      <Place name={t('from')} path={job.input} />
      <Place name={t('to')} path={job.output ?? job.outputDir} />
    </Stack>
  );
}

function Place({ name, path }: { name: string; path: string }) {
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <Text span size="sm" fw={600}>
        {name}
      </Text>{' '}
      {path}
    </Text>
  );
}
