import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleOff, CirclePause, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { Ago } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { filmName } from '../../components/film-name.ts';
import { Fault } from '../../components/fault.tsx';
import { useBusyWords } from '../../components/server-words.ts';
import { useTaskProgress } from '../../data/live-context.tsx';
import { nodesQuery } from '../../data/nodes.ts';
import { BlankLines, Panel } from './panel.tsx';

const looks: Readonly<Record<NodeView['state'], { color: string; Icon: LucideIcon }>> = {
  online: { color: 'green', Icon: CircleCheck },
  draining: { color: 'yellow', Icon: CirclePause },
  offline: { color: 'gray', Icon: CircleOff },
};

/** Each machine, and what it does. */
export function CrewPanel() {
  const { t } = useTranslation('home');
  const nodes = useQuery(nodesQuery);
  return (
    <Panel title={t('crew.title')}>
      {nodes.isPending ? <BlankLines /> : null}
      {nodes.isError ? <Fault error={nodes.error} onRetry={() => void nodes.refetch()} /> : null}
      {nodes.data?.length === 0 ? <Text size="sm">{t('crew.nobody')}</Text> : null}
      <Stack gap="md" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {(nodes.data ?? []).map((node) => (
          <CrewMember key={node.id} node={node} />
        ))}
      </Stack>
    </Panel>
  );
}

const shownTasks = 3;

function CrewMember({ node }: { node: NodeView }) {
  const { t } = useTranslation('home');
  const busyWords = useBusyWords();
  const { color, Icon } = looks[node.state];
  const more = node.running.length - shownTasks;
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text fw={500} truncate>
          {node.name}
        </Text>
        <Badge
          variant="light"
          color={color}
          tt="none"
          {...(color === 'yellow' ? { c: 'var(--mantine-color-text)' } : {})}
          leftSection={<Icon size={13} aria-hidden />}
          style={{ flexShrink: 0 }}
        >
          {t(`crew.${node.state}`)}
        </Badge>
      </Group>
      {node.running.slice(0, shownTasks).map((task) => (
        <RunningTask key={task.taskId} task={task} />
      ))}
      {more > 0 ? (
        <Text size="xs" c="dimmed">
          {t('crew.more', { count: more })}
        </Text>
      ) : null}
      {node.running.length > 0 ? null : (
        <Text size="xs" c="dimmed">
          {node.state === 'offline' ? (
            <>
              {t('crew.lastSeen')} <Ago at={node.lastSeenAt} />
            </>
          ) : (
            (busyWords(node.offer) ?? t('crew.free'))
          )}
        </Text>
      )}
    </li>
  );
}

function RunningTask({ task }: { task: NodeView['running'][number] }) {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const { fps, progress } = useTaskProgress(task.taskId) ?? task;
  const film = filmName(task.input).name;
  const parts = [
    film,
    t(`task.${kindOf(task.key)}`),
    ...(progress === null ? [] : [amounts.percent(progress)]),
    ...(fps === null || fps <= 0 ? [] : [t('now.fps', { fps: amounts.decimal(fps, 0) })]),
  ];
  return (
    <Text size="xs" c="dimmed" truncate title={film}>
      {parts.join(' · ')}
    </Text>
  );
}

const kinds = ['video', 'audio', 'package', 'validate', 'publish'] as const;

/** `video-0003` is a part of the pictures. */
function kindOf(key: string): (typeof kinds)[number] | 'other' {
  return kinds.find((kind) => key.startsWith(kind)) ?? 'other';
}
