import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Task } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { ServerSays } from '../../components/server-says.tsx';
import { useFailureWords } from '../../components/server-words.ts';
import { useTaskProgress } from '../../data/live-context.tsx';
import type { ChunkMapProps } from './chunk-lanes.ts';
import { useSpan } from './part-words.ts';

const columns = ['task', 'span', 'node', 'state', 'attempt', 'progress'] as const;

/** All tasks of the job, in words. */
export function ChunkTable({ tasks, names, framesPerSec }: ChunkMapProps) {
  const { t } = useTranslation('job');
  return (
    <Table.ScrollContainer minWidth={620} aria-label={t('map.title')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {columns.map((name) => (
              <Table.Th key={name}>{t(`map.columns.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.map((task) => (
            <TaskRow key={task.id} {...{ task, names, framesPerSec }} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type TaskRowProps = { task: Task } & Omit<ChunkMapProps, 'tasks'>;

function TaskRow({ task, names, framesPerSec }: TaskRowProps) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const span = useSpan(framesPerSec);
  const failureWords = useFailureWords();
  const live = useTaskProgress(task.id);
  const { nodeId, twinNodeId, chunk, state, error } = task;
  const nodes = [nodeId, twinNodeId].filter((id) => id !== null).map((id) => names.get(id) ?? id);
  const progress = state === 'leased' ? Math.max(live?.progress ?? 0, task.progress) : task.progress;
  return (
    <Table.Tr>
      <Table.Td>{t(`map.type.${task.type}`)}</Table.Td>
      <Table.Td>{chunk === null ? '–' : (span(chunk.startFrame, chunk.frames) ?? '–')}</Table.Td>
      <Table.Td>{nodes.length === 0 ? '–' : nodes.join(', ')}</Table.Td>
      <Table.Td>
        {t(`map.state.${state}`)}
        {error === null || state === 'completed' ? null : <ServerSays said={failureWords(error)} size="xs" />}
      </Table.Td>
      <Table.Td>{task.attempt === 0 ? '–' : amounts.count(task.attempt)}</Table.Td>
      <Table.Td>{amounts.percent(progress)}</Table.Td>
    </Table.Tr>
  );
}
