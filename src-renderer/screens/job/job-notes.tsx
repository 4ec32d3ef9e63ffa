import { Accordion, Alert, List, Stack, Text } from '@mantine/core';
import { CircleAlert, Hourglass, Info, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Severity } from '#shared/model/finding.ts';
import type { JobDetail } from '#shared/model/job.ts';
import { useNextStep } from '../../components/next-step.ts';
import { ServerSays } from '../../components/server-says.tsx';
import { useFailureWords, useFindingWords } from '../../components/server-words.ts';
import { WhyWaiting } from '../../components/why-waiting.tsx';

/** Why it waits, why it failed, and what the check found. */
export function JobNotes({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const failureWords = useFailureWords();
  const nextStep = useNextStep();
  const waits = job.state === 'paused' ? [] : job.waiting;
  return (
    <>
      {job.error === null || job.state !== 'failed' ? null : (
        <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t('failed.title')}>
          <Stack gap={4}>
            <ServerSays said={failureWords(job.error)} />
            <Text size="sm">{nextStep(job.error.code)}</Text>
          </Stack>
        </Alert>
      )}
      {waits.length === 0 ? null : (
        <Alert color="yellow" icon={<Hourglass aria-hidden />} title={t('waiting.title')}>
          <WhyWaiting reasons={waits} />
        </Alert>
      )}
      <Findings job={job} />
    </>
  );
}

const looks = {
  error: { color: 'var(--mantine-color-red-text)', Icon: CircleAlert },
  warning: { color: 'var(--mantine-color-yellow-text)', Icon: TriangleAlert },
  info: { color: 'var(--mantine-color-blue-text)', Icon: Info },
} as const satisfies Record<Severity, unknown>;

function Findings({ job: { findings, state } }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const findingWords = useFindingWords();
  const groups = (['error', 'warning', 'info'] as const)
    .map((severity) => ({ severity, found: findings.filter((one) => one.severity === severity) }))
    .filter(({ found }) => found.length > 0);
  if (groups.length === 0) return null;
  return (
    <Accordion
      variant="separated"
      multiple
      aria-label={t('findings.title')}
      defaultValue={state === 'failed' ? ['error'] : []}
    >
      {groups.map(({ severity, found }) => {
        const { color, Icon } = looks[severity];
        return (
          <Accordion.Item key={severity} value={severity}>
            <Accordion.Control icon={<Icon size={18} color={color} aria-hidden />}>
              {t(`findings.${severity}`, { count: found.length })}
            </Accordion.Control>
            <Accordion.Panel>
              <List size="sm" spacing={4}>
                {found.map((one) => (
                  <List.Item key={`${one.code} ${one.where} ${one.message}`}>
                    <ServerSays said={findingWords(one)} />
                  </List.Item>
                ))}
              </List>
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}
