import { Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { Ago } from '../../components/ago.tsx';
import { filmName } from '../../components/film-name.ts';
import { JobProgressBar } from '../../components/job-progress.tsx';
import { useJobProgress } from '../../data/live-context.tsx';
import { isGroupIn } from './queue-search.ts';

/** The film's name, which leads to the job from anywhere in its row, and the folder that it lies in. */
export function FilmCell({ job }: { job: Job }) {
  const router = useRouter();
  const { name, folder } = filmName(job.input);
  const href = `/jobs/${encodeURIComponent(job.id)}`;
  // The router's own link reads addresses as they change, in every row.
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ href });
  };
  return (
    <>
      <a className="queue-name" href={href} title={job.input} onClick={open}>
        {name}
      </a>
      <span className="queue-folder">{folder}</span>
    </>
  );
}

/** How far it is, when it ended, or why it did not. */
export function ProgressCell({ job }: { job: Job }) {
  const { t } = useTranslation('queue');
  if (job.state === 'failed' && job.error !== null) {
    return (
      <Text size="xs" c="var(--mantine-color-error)" lineClamp={2} title={job.error.message}>
        {job.error.message}
      </Text>
    );
  }
  if (isGroupIn([job.state], 'working')) return <LiveProgress job={job} />;
  if (job.state === 'paused' && job.progress > 0) {
    return <JobProgressBar progress={job.progress} etaSec={null} label={t('progressOf', filmName(job.input))} />;
  }
  if (job.finishedAt === null) return null;
  return (
    <Text size="xs" c="dimmed" truncate>
      <Ago at={job.finishedAt} />
    </Text>
  );
}

function LiveProgress({ job }: { job: Job }) {
  const { t } = useTranslation('queue');
  const { progress, etaSec } = useJobProgress(job.id) ?? job;
  return <JobProgressBar progress={progress} etaSec={etaSec} label={t('progressOf', filmName(job.input))} />;
}
