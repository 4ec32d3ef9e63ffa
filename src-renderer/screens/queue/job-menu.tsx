import { Menu } from '@mantine/core';
import { modals } from '@mantine/modals';
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  CirclePlay,
  CircleX,
  ExternalLink,
  Pause,
  RotateCcw,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from '@tanstack/react-router';
import type { Job } from '#shared/model/job.ts';
import { useFaultNote } from '../../components/fault-note.ts';
import { filmName } from '../../components/film-name.ts';
import { refusalOf, useSteerJobs } from '../../data/jobs.ts';
import { type BulkAction, useMoveJob } from '../../data/queue.ts';
import { isOpen } from './queue-search.ts';

export type JobMenuProps = {
  job: Job;
  /** Of its row, in the list. */
  topPx: number;
  /** In the order of the queue; null in any other. */
  place: number | null;
  jobs: ReadonlyMap<number, Job>;
  onClose: () => void;
};

/** What can be done to one job. */
export function JobMenu({ job, topPx, place, jobs, onClose }: JobMenuProps) {
  const { t } = useTranslation('queue');
  const navigate = useNavigate();
  const steer = useSteerJobs();
  const move = useMoveJob();
  const onError = useFaultNote();
  const act = (action: BulkAction): void =>
    steer.mutate(
      { action, ids: [job.id] },
      {
        onError,
        onSuccess: ({ refused: [refused] }) => {
          if (refused !== undefined) onError(refusalOf(refused));
        },
      },
    );
  const goTo = (to: Parameters<typeof move.mutate>[0]['place']): void =>
    move.mutate({ id: job.id, place: to }, { onError });
  const above = place === null ? undefined : jobs.get(place - 1);
  const below = place === null ? undefined : jobs.get(place + 1);
  const askToCancel = (): void => {
    modals.openConfirmModal({
      title: t('cancel.title', { count: 1 }),
      children: t('cancel.text', { count: 1, ...filmName(job.input) }),
      labels: { confirm: t('cancel.confirm'), cancel: t('cancel.keep') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('cancel.keep') },
      onConfirm: () => act('cancel'),
    });
  };
  return (
    <Menu opened onClose={onClose} position="bottom-end" shadow="md" returnFocus>
      <Menu.Target>
        <div className="queue-menu-place" style={{ transform: `translateY(${topPx + 40}px)` }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<ExternalLink size={16} aria-hidden />}
          onClick={() => void navigate({ href: `/jobs/${job.id}` })}
        >
          {t('actions.open')}
        </Menu.Item>
        {job.state === 'paused' ? (
          <Menu.Item leftSection={<CirclePlay size={16} aria-hidden />} onClick={() => act('resume')}>
            {t('actions.resume')}
          </Menu.Item>
        ) : null}
        {isOpen(job.state) && job.state !== 'paused' ? (
          <Menu.Item leftSection={<Pause size={16} aria-hidden />} onClick={() => act('pause')}>
            {t('actions.pause')}
          </Menu.Item>
        ) : null}
        {job.state === 'failed' || job.state === 'cancelled' ? (
          <Menu.Item leftSection={<RotateCcw size={16} aria-hidden />} onClick={() => act('retry')}>
            {t('actions.retry')}
          </Menu.Item>
        ) : null}
        {isOpen(job.state) ? (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<ArrowUpToLine size={16} aria-hidden />} onClick={() => goTo('first')}>
              {t('actions.first')}
            </Menu.Item>
            {above === undefined ? null : (
              <Menu.Item leftSection={<ArrowUp size={16} aria-hidden />} onClick={() => goTo({ before: above.id })}>
                {t('actions.up')}
              </Menu.Item>
            )}
            {below === undefined ? null : (
              <Menu.Item leftSection={<ArrowDown size={16} aria-hidden />} onClick={() => goTo({ after: below.id })}>
                {t('actions.down')}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<ArrowDownToLine size={16} aria-hidden />} onClick={() => goTo('last')}>
              {t('actions.last')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<CircleX size={16} aria-hidden />} onClick={askToCancel}>
              {t('actions.cancel')}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
