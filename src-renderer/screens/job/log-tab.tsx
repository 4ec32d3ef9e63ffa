import { Accordion, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { CopyTextButton } from '../../components/copy-button.tsx';
import { Fault } from '../../components/fault.tsx';
import { jobLogQuery, type LogLine } from '../../data/job-parts.ts';
import { useMay } from '../../data/session.ts';
import classes from './log-tab.module.css';
import { purposeOf, type RanCommand, ranCommands } from './ran-commands.ts';

/** The commands exactly as they were run, and everything else that was written down. */
export function LogTab({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const mayRead = useMay('operator');
  return mayRead ? <Log job={job} /> : <Text>{t('log.operator')}</Text>;
}

/** What a page shows of a log; copying takes all of it. */
const mostLines = 400;

function Log({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const log = useQuery(jobLogQuery(job.id));
  if (log.isError) return <Fault error={log.error} onRetry={() => void log.refetch()} />;
  if (log.isPending) return <Skeleton h={320} />;
  const lines = log.data;
  if (lines.length === 0) return <Text>{t('log.none')}</Text>;
  const texts = lines.map(lineText);
  const copied = { label: t('log.copyAll'), doneLabel: t('log.copied') };
  return (
    <Stack gap="xl">
      <Stack gap="md" component="section">
        <Title order={2} size="h4">
          {t('log.commands')}
        </Title>
        <Accordion variant="contained" multiple keepMounted={false}>
          {ranCommands(lines).map((ran, place) => (
            <Command key={`${ran.at}${ran.command}`} ran={ran} value={String(place)} />
          ))}
        </Accordion>
      </Stack>
      <Stack gap="xs" component="section">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('log.lines')}
          </Title>
          <CopyTextButton text={texts.join('\n')} {...copied} />
        </Group>
        {lines.length > mostLines ? <Text size="sm">{t('log.newest', { count: mostLines })}</Text> : null}
        <Scrolled label={t('log.lines')} text={texts.slice(-mostLines).join('\n')} />
      </Stack>
    </Stack>
  );
}

function Command({ ran, value }: { ran: RanCommand; value: string }) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const { command, cwd, task, attempt, elapsedMs, said } = ran;
  const name = task ?? t(`log.${purposeOf(ran)}`);
  const facts = [
    amounts.time(ran.at),
    ...(attempt !== null && attempt > 1 ? [t('map.attempt', { count: attempt })] : []),
    ...(elapsedMs === null ? [] : [t('log.elapsed', { time: amounts.duration(elapsedMs / 1000) })]),
  ];
  return (
    <Accordion.Item value={value}>
      <Accordion.Control {...(said === null ? {} : { icon: <TriangleAlert size={16} aria-hidden /> })}>
        <Text size="sm">
          <Text span size="sm" fw={600}>
            {name}
          </Text>
          {` · ${facts.join(' · ')}`}
        </Text>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="xs" align="flex-start">
          {cwd === null ? null : (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {t('log.folder', { path: cwd })}
            </Text>
          )}
          <Scrolled label={t('log.commandOf', { name })} text={command} />
          <CopyTextButton text={command} label={t('log.copy')} doneLabel={t('log.copied')} />
          {said === null ? null : (
            <Text size="sm" c="var(--mantine-color-error)" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {said}
            </Text>
          )}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

/** A long text that scrolls in its place, by keyboard too. */
function Scrolled({ label, text }: { label: string; text: string }) {
  return (
    <pre className={classes['text']} role="group" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}

/** A long plan is one line of the log: as text it is as long, and says the same. */
function lineText({ time, level, message, ...facts }: LogLine): string {
  const rest = Object.entries(facts).map(([name, value]) => `${name}=${valueText(value)}`);
  return [time, level.toUpperCase(), message, ...rest].join(' ');
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
