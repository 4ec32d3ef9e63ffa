import { Group, Stack, Switch, Text, Timeline, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type JobEvent, jobState, type Task, taskState } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';

export type JobTimelineProps = {
  events: readonly JobEvent[];
  tasks: readonly Task[];
  names: ReadonlyMap<string, string>;
};

/** What happened to the job and when, and how long each state lasted. */
export function JobTimeline({ events, tasks, names }: JobTimelineProps) {
  const { t, i18n } = useTranslation('job');
  const [withTasks, setWithTasks] = useState(false);
  const amounts = useAmounts();
  const title = useEventTitle(tasks, names);
  const shown = withTasks ? events : events.filter(({ kind }) => kind !== 'task');
  const states = events.filter(({ kind }) => kind === 'state' || kind === 'created');
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('timeline.title')}
        </Title>
        <Switch
          label={t('timeline.steps')}
          checked={withTasks}
          onChange={({ currentTarget }) => setWithTasks(currentTarget.checked)}
        />
      </Group>
      <Timeline bulletSize={14} lineWidth={2} active={shown.length}>
        {shown.map((event, index) => {
          const lastedSec = event.kind === 'task' ? null : lastedOf(event, states);
          return (
            <Timeline.Item
              key={event.id}
              {...(index === 0 ? {} : { mt: 'sm' })}
              {...(event.to === 'failed' ? { color: 'red' } : {})}
            >
              <Text size="sm" fw={event.kind === 'task' ? 400 : 600}>
                {title(event)}
              </Text>
              {event.message === null ? null : (
                <Text size={i18n.language === 'en' ? 'sm' : 'xs'} lang="en" style={{ overflowWrap: 'anywhere' }}>
                  {event.message}
                </Text>
              )}
              <Text size="xs" c="var(--mantine-color-text)" opacity={0.8}>
                <time dateTime={event.at} title={amounts.dateTime(event.at)}>
                  {amounts.time(event.at)}
                </time>
                {lastedSec === null || lastedSec < 1
                  ? null
                  : ` · ${t('timeline.lasted', { time: amounts.duration(lastedSec) })}`}
              </Text>
            </Timeline.Item>
          );
        })}
      </Timeline>
    </Stack>
  );
}

function useEventTitle(tasks: readonly Task[], names: ReadonlyMap<string, string>): (event: JobEvent) => string {
  const { t } = useTranslation('job');
  const { t: tShell } = useTranslation();
  const parts = tasks.filter(({ chunk }) => chunk !== null);
  const nameOfTask = (key: string): string => {
    const task = tasks.find((one) => one.key === key);
    if (task === undefined) return key;
    const place = parts.indexOf(task);
    const isPart = task.type === 'video' && parts.length > 1 && place >= 0;
    return isPart ? t('map.part', { number: place + 1, count: parts.length }) : t(`map.type.${task.type}`);
  };
  return ({ kind, taskKey, to, nodeId }) => {
    if (kind === 'created') return t('timeline.created');
    if (kind === 'task') {
      const state = taskState.safeParse(to);
      const task = taskKey === null ? '' : nameOfTask(taskKey);
      const what = t('timeline.task', { task, state: state.success ? t(`map.state.${state.data}`) : (to ?? '') });
      return nodeId === null ? what : `${what}, ${t('timeline.on', { name: names.get(nodeId) ?? nodeId })}`;
    }
    const state = jobState.safeParse(to);
    return state.success ? tShell(`state.${state.data}`) : (to ?? '');
  };
}

/** How long the state lasted that began with an event; null for the one that still is. */
function lastedOf(event: JobEvent, states: readonly JobEvent[]): number | null {
  const next = states[states.indexOf(event) + 1];
  return !states.includes(event) || next === undefined ? null : (Date.parse(next.at) - Date.parse(event.at)) / 1000;
}
