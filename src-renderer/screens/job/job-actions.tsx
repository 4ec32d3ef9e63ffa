import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { Ban, ChevronsUp, Pause, Play, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobDetail, JobState } from '#shared/model/job.ts';
import { Fault } from '../../components/fault.tsx';
import { useMay } from '../../data/session.ts';
import { type JobStep, useSteerJob } from '../../data/steer-job.ts';

/** What each state allows; the server has the last word. */
const steps: Readonly<Record<JobState, readonly JobStep[]>> = {
  queued: ['first', 'pause', 'cancel'],
  probing: ['pause', 'cancel'],
  encoding: ['pause', 'cancel'],
  packaging: ['pause', 'cancel'],
  validating: ['pause', 'cancel'],
  publishing: [],
  completed: [],
  failed: ['retry-failed', 'retry-whole'],
  cancelled: ['retry-whole'],
  paused: ['resume', 'cancel'],
};

const looks = {
  first: { name: 'first', Icon: ChevronsUp },
  pause: { name: 'pause', Icon: Pause },
  resume: { name: 'resume', Icon: Play },
  cancel: { name: 'cancel', Icon: Ban },
  'retry-failed': { name: 'retryFailed', Icon: RotateCcw },
  'retry-whole': { name: 'retryWhole', Icon: RotateCcw },
} as const;

/** The buttons of a job, by its state and by what the person may. */
export function JobActions({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const mayOperate = useMay('operator');
  const steer = useSteerJob(job.id);
  const allowed = steps[job.state];
  if (allowed.length === 0) return null;
  if (!mayOperate) return <Text size="sm">{t('actions.viewer')}</Text>;
  const act = (step: JobStep): void => {
    if (step !== 'cancel') {
      steer.mutate(step);
      return;
    }
    modals.openConfirmModal({
      title: t('actions.confirmCancel'),
      children: <Text size="sm">{t('actions.cancelText')}</Text>,
      labels: { confirm: t('actions.cancel'), cancel: t('actions.keep') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('actions.close') },
      onConfirm: () => steer.mutate(step),
    });
  };
  return (
    <>
      <Group gap="xs">
        {allowed.map((step, index) => {
          const { name, Icon } = looks[step];
          const isMain = index === 0 && (step === 'resume' || step === 'retry-failed' || step === 'retry-whole');
          return (
            <Button
              key={step}
              size="sm"
              variant={isMain ? 'filled' : 'default'}
              leftSection={<Icon size={16} aria-hidden />}
              loading={steer.isPending && steer.variables === step}
              disabled={steer.isPending && steer.variables !== step}
              onClick={() => act(step)}
            >
              {t(`actions.${name}`)}
            </Button>
          );
        })}
      </Group>
      {steer.isError ? <Fault error={steer.error} /> : null}
    </>
  );
}
