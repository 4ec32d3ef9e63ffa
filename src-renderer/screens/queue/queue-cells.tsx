import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import type { Job } from '#shared/model/job.ts';
import { filmName } from '../../components/film-name.ts';
import { JobProgressBar } from '../../components/job-progress.tsx';
import { stateLooks } from '../../components/state-badge.tsx';
import { useJobProgress } from '../../data/live-context.tsx';
import { QueueMark } from './queue-marks.tsx';
import { isGroupIn } from './queue-search.ts';
import type { RowWords } from './use-row-words.ts';

export type CellProps = { job: Job; words: RowWords };

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

/** What a state badge shows. */
export function StateCell({ job: { state }, words }: CellProps) {
  return (
    <span className="queue-badge state-badge" data-color={stateLooks[state].color}>
      <QueueMark mark={state} sizePx={13} />
      {words.state(state)}
    </span>
  );
}

/** How far it is, when it ended, or why it did not. */
export function ProgressCell({ job, words }: CellProps) {
  if (job.state === 'failed' && job.error !== null) {
    const { words: why, english } = words.failure(job.error);
    return why === null ? (
      <span className="queue-fault" lang="en" title={job.error.message}>
        {english}
      </span>
    ) : (
      <span className="queue-said" title={job.error.message}>
        {why}
        <span className="queue-detail" lang="en">
          {english}
        </span>
      </span>
    );
  }
  if (isGroupIn([job.state], 'working')) {
    return <LiveProgress job={job} label={words.progressOf(filmName(job.input).name)} />;
  }
  if (job.state === 'paused' && job.progress > 0) {
    const label = words.progressOf(filmName(job.input).name);
    return <JobProgressBar progress={job.progress} etaSec={null} label={label} />;
  }
  if (job.finishedAt === null) return null;
  return (
    <time className="queue-ended" dateTime={job.finishedAt} title={words.dateTime(job.finishedAt)}>
      {words.ended(job.finishedAt)}
    </time>
  );
}

function LiveProgress({ job, label }: { job: Job; label: string }) {
  const { progress, etaSec } = useJobProgress(job.id) ?? job;
  return <JobProgressBar progress={progress} etaSec={etaSec} label={label} />;
}
