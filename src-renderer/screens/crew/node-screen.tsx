import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useNowMs } from '../../components/ago.tsx';
import { Fault } from '../../components/fault.tsx';
import { TextLink } from '../../components/links.tsx';
import { useRefreshBy } from '../../data/live-context.tsx';
import { nodeQuery } from '../../data/nodes.ts';
import { useMay } from '../../data/session.ts';
import { EncoderTable } from './encoder-table.tsx';
import { LoadSection } from './load-section.tsx';
import { NodeActions } from './node-actions.tsx';
import { NodeFacts } from './node-facts.tsx';
import { NodeLimitsForm } from './node-limits-form.tsx';
import { standingOf } from './node-state.ts';
import { ProveAgain } from './prove-again.tsx';
import { RunningTasks } from './running-tasks.tsx';
import { SpeedTable } from './speed-table.tsx';
import { StandingBadge } from './standing-badge.tsx';
import { WhyStanding } from './why-standing.tsx';

/** One machine of the crew. */
export function NodeScreen() {
  const { t } = useTranslation('crew');
  const { id } = useParams({ from: '/crew/$id' });
  const node = useQuery(nodeQuery(id));
  useRefreshBy(`node:${id}`, [nodeQuery(id).queryKey]);
  return (
    <Stack maw={960} gap="xl">
      <Stack gap="xs">
        <TextLink to="/crew" size="sm" w="fit-content">
          <Group gap={2} component="span">
            <ChevronLeft size={16} aria-hidden />
            {t('back')}
          </Group>
        </TextLink>
        {node.data === undefined ? <Title order={1}>{t('title')}</Title> : <Head node={node.data} />}
      </Stack>
      {node.isPending ? <Skeleton height={320} aria-hidden /> : null}
      {node.isError ? <Fault error={node.error} onRetry={() => void node.refetch()} /> : null}
      {node.data === undefined ? null : <Sections key={id} node={node.data} />}
    </Stack>
  );
}

function Head({ node }: { node: NodeView }) {
  const nowMs = useNowMs();
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start">
        <Group gap="sm">
          <Title order={1}>{node.name}</Title>
          <StandingBadge standing={standingOf(node, nowMs)} />
        </Group>
        <NodeActions node={node} />
      </Group>
      <WhyStanding node={node} />
    </Stack>
  );
}

function Sections({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const mayChange = useMay('admin');
  const { offer, speeds } = node;
  return (
    <>
      <Section title={t('now.title')}>
        {node.running.length === 0 ? <Text c="dimmed">{t('now.none')}</Text> : <RunningTasks node={node} />}
      </Section>
      <Section title={t('load.title')} lead={t('load.lead')}>
        <LoadSection node={node} />
      </Section>
      <Section title={t('facts.title')}>
        {offer === null ? <Text c="dimmed">{t('node.unknown')}</Text> : <NodeFacts node={node} offer={offer} />}
      </Section>
      {offer === null ? null : (
        <Section title={t('can.title')} lead={t('can.lead')}>
          <EncoderTable encoders={offer.encoders} />
          <ProveAgain node={node} encoders={offer.encoders} />
        </Section>
      )}
      <Section title={t('speeds.title')} lead={t('speeds.lead')}>
        <SpeedTable speeds={speeds} />
      </Section>
      <Section title={t('limits.title')} lead={t(mayChange ? 'limits.lead' : 'limits.adminOnly')}>
        {mayChange ? <NodeLimitsForm node={node} /> : null}
      </Section>
    </>
  );
}

function Section({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="sm">
      <div>
        <Title order={2} size="h4">
          {title}
        </Title>
        {lead === undefined ? null : (
          <Text size="sm" c="dimmed">
            {lead}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}
