import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { CopyTextButton } from '../../components/copy-button.tsx';
import { Fault } from '../../components/fault.tsx';
import { jobLogQuery, type LogLine } from '../../data/job-parts.ts';
import { useMay } from '../../data/session.ts';
import classes from './log-tab.module.css';
import { type RanCommand, ranCommands } from './ran-commands.ts';

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
        {ranCommands(lines).map((ran) => (
          <Command key={`${ran.at}${ran.command}`} ran={ran} />
        ))}
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

function Command({ ran }: { ran: RanCommand }) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const { command, cwd, task, attempt, elapsedMs, said } = ran;
  const isProbe = /(^|[/\\'"])ffprobe\S*\s/.test(command);
  const name = task ?? t(isProbe ? 'log.reading' : 'log.packaging');
  const facts = [
    ...(attempt !== null && attempt > 1 ? [t('map.attempt', { count: attempt })] : []),
    ...(elapsedMs === null ? [] : [t('log.elapsed', { time: amounts.duration(elapsedMs / 1000) })]),
    ...(cwd === null ? [] : [t('log.folder', { path: cwd })]),
  ];
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Text span size="sm" fw={600}>
            {name}
          </Text>
          {facts.length === 0 ? '' : ` · ${facts.join(' · ')}`}
        </Text>
        <CopyTextButton
          text={command}
          label={t('log.copy')}
          doneLabel={t('log.copied')}
          fullLabel={t('log.copyCommand', { name })}
        />
      </Group>
      <Scrolled label={t('log.copyCommand', { name })} text={command} isCommand />
      {said === null ? null : (
        <Text size="sm" c="var(--mantine-color-error)" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {said}
        </Text>
      )}
    </Stack>
  );
}

/** A long text that scrolls in its place, by keyboard too. */
function Scrolled({ label, text, isCommand = false }: { label: string; text: string; isCommand?: boolean }) {
  const names = [classes['text'], isCommand ? classes['command'] : ''].join(' ');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={names} role="region" aria-label={label} tabIndex={0}>
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
