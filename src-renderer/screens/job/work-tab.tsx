import { Divider, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { JobDetail, JobSpread } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { ServerSays } from '../../components/server-says.tsx';
import { type Said, useReasonWords } from '../../components/server-words.ts';
import { jobEventsQuery, jobPlanQuery, jobTasksQuery, nodeNamesQuery, type PlanParts } from '../../data/job-parts.ts';
import { ChunkMap } from './chunk-map.tsx';
import { JobTimeline } from './job-timeline.tsx';

const nobody: ReadonlyMap<string, string> = new Map();

/** How the film is made: by whom, why so, and when. */
export function WorkTab({ job }: { job: JobDetail }) {
  const tasks = useQuery(jobTasksQuery(job.id));
  const events = useQuery(jobEventsQuery(job.id));
  const plan = useQuery(jobPlanQuery(job.id));
  const names = useQuery(nodeNamesQuery).data ?? nobody;
  const failed = [tasks, events, plan].find(({ isError }) => isError);
  if (failed !== undefined) return <Fault error={failed.error} onRetry={() => void failed.refetch()} />;
  if (tasks.data === undefined || events.data === undefined || plan.data === undefined) return <Skeleton h={320} />;
  const grid = plan.data?.grid;
  return (
    <Stack gap="lg">
      <ChunkMap
        tasks={tasks.data}
        names={names}
        framesPerSec={grid === undefined ? null : grid.rate.num / grid.rate.den}
      />
      {job.spread === null ? null : <Spread spread={job.spread} />}
      <Divider />
      <JobTimeline events={events.data} tasks={tasks.data} names={names} />
      {plan.data === null ? null : <Decisions plan={plan.data} />}
    </Stack>
  );
}

function Spread({ spread }: { spread: JobSpread }) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const expected = (sec: number | null): string =>
    sec === null ? t('spread.impossible') : t('spread.expected', { time: amounts.roughly(sec) });
  return (
    <Stack gap={4} component="section">
      <Title order={2} size="h4">
        {t('spread.title')}
      </Title>
      <List size="sm" spacing={2}>
        {spread.predictions.map(({ way, finishSec, because }) => (
          <List.Item key={way}>
            <Text span size="sm" fw={way === spread.way ? 700 : 400}>
              {`${t(`spread.${way}`)}${way === spread.way ? ` (${t('spread.taken')})` : ''}`}
            </Text>
            {': '}
            {[
              // Where nobody could tell, one of them was taken all the same.
              finishSec === null && way === spread.way ? [] : expected(finishSec),
              t(`spread.because.${because}`, { count: spread.nodes }),
            ]
              .flat()
              .join(', ')}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Decisions({ plan }: { plan: PlanParts }) {
  const { t } = useTranslation('job');
  const reasonWords = useReasonWords();
  const said = plan.decisions.filter(({ action }) => action !== 'keep').map(reasonWords);
  // Two rungs may be capped for the same reason.
  const changes = Map.groupBy(said, ({ words, english }) => words ?? english);
  return (
    <Stack gap={4} component="section">
      <Title order={2} size="h4">
        {t('decisions.title')}
      </Title>
      {changes.size === 0 ? <Text size="sm">{t('decisions.none')}</Text> : null}
      <List size="sm" spacing={2}>
        {[...changes].map(([why, alike]) => (
          <List.Item key={why}>
            <ServerSays said={{ words: alike[0]?.words ?? null, english: detailsOf(alike) }} />
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

/** The particulars of all that has the same reason. */
function detailsOf(alike: readonly Said[]): string {
  return [...new Set(alike.flatMap(({ english }) => english ?? []))].join(' ');
}
