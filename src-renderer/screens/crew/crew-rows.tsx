import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useNowMs } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { TextLink } from '../../components/links.tsx';
import { Row, Rows } from '../../components/rows.tsx';
import { useRefreshBy } from '../../data/live-context.tsx';
import { useNodeLoad } from '../../data/node-load.ts';
import { nodesQuery } from '../../data/nodes.ts';
import classes from './crew.module.css';
import { standingOf } from './node-state.ts';
import { RunningTasks } from './running-tasks.tsx';
import { StandingBadge } from './standing-badge.tsx';
import { WhyStanding } from './why-standing.tsx';

/** The server gives a page no more than 50 rooms. */
const mostFollowed = 45;

/** The crew, one below the other: how each stands and what it does. */
export function CrewRows({ nodes }: { nodes: readonly NodeView[] }) {
  const { t } = useTranslation('crew');
  return (
    <Rows label={t('members')}>
      {nodes.map((node, index) => (
        <Row key={node.id}>
          {index < mostFollowed ? <Followed nodeId={node.id} /> : null}
          <CrewRow node={node} />
        </Row>
      ))}
    </Rows>
  );
}

/** Lets the server tell how the node's tasks get on. */
function Followed({ nodeId }: { nodeId: string }) {
  useRefreshBy(`node:${nodeId}`, [nodesQuery.queryKey]);
  return null;
}

function CrewRow({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const standing = standingOf(node, useNowMs());
  useNodeLoad(node.id, node.running);
  return (
    <Stack gap="xs">
      <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
        <div className={classes['grow']}>
          <TextLink to="/crew/$id" params={{ id: node.id }} fw={600}>
            {node.name}
          </TextLink>
          {node.isLocal ? <Text span size="sm" c="dimmed">{` · ${t('thisServer')}`}</Text> : null}
          <MachineLine node={node} />
        </div>
        <StandingBadge standing={standing} />
      </Group>
      <WhyStanding node={node} />
      {node.running.length > 0 ? <RunningTasks node={node} /> : null}
      {node.running.length === 0 && standing === 'online' ? (
        <Text size="sm" c="dimmed">
          {t('idle')}
        </Text>
      ) : null}
    </Stack>
  );
}

function MachineLine({ node: { offer, tags } }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  if (offer === null) return null;
  const words = [
    t('machine', { cores: amounts.count(offer.cores) }),
    amounts.bytes(offer.memoryBytes),
    ...offer.gpus.map(({ model }) => model),
    ...(offer.temperatureC === null ? [] : [t('heat', { degrees: amounts.count(offer.temperatureC) })]),
    ...tags,
  ];
  return (
    <Text size="sm" c="dimmed">
      {words.join(' · ')}
    </Text>
  );
}
