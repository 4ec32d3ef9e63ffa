import { Box, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useAmounts } from '../../components/amount.tsx';
import { filmName } from '../../components/film-name.ts';
import { TextLink } from '../../components/links.tsx';
import { useTaskProgress } from '../../data/live-context.tsx';
import { taskOf } from './node-state.ts';

type Running = NodeView['running'][number];

/** What a node does now: which film, which part, how far and how fast. */
export function RunningTasks({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  return (
    <Stack component="ul" gap="sm" p={0} m={0} aria-label={t('now.label', { name: node.name })}>
      {node.running.map((task) => (
        <RunningTask key={task.taskId} task={task} />
      ))}
    </Stack>
  );
}

function RunningTask({ task }: { task: Running }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const live = useTaskProgress(task.taskId);
  const { name } = filmName(task.input);
  const words = useTaskWords()(task.key);
  const progress = live?.progress ?? task.progress;
  const [fps, speed] = [live?.fps ?? task.fps, live?.speed ?? task.speed];
  const pace = [fps === null ? [] : t('fps', { fps: amounts.count(fps) }), speed === null ? [] : amounts.speed(speed)];
  return (
    <Box component="li" style={{ listStyle: 'none' }}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <TextLink to="/jobs/$id" params={{ id: task.jobId }} size="sm" truncate>
          {name}
        </TextLink>
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {[amounts.percent(progress), ...pace.flat()].join(' · ')}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {words}
      </Text>
      <Progress.Root size="sm" mt={4}>
        <Progress.Section
          value={progress * 100}
          aria-label={`${name}, ${words}`}
          aria-valuetext={amounts.percent(progress)}
        />
      </Progress.Root>
    </Box>
  );
}

function useTaskWords(): (key: string) => string {
  const { t } = useTranslation('crew');
  return (key) => {
    const task = taskOf(key);
    if (task === null) return key;
    return task.kind === 'video' ? t('task.video', { part: task.part }) : t(`task.${task.name}`);
  };
}
