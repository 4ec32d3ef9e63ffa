import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Health } from '#shared/protocol/nodes.ts';
import { Ago } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { healthQuery } from '../../data/health.ts';
import classes from './settings.module.css';

const looks = {
  ok: { color: 'green', Icon: CircleCheck },
  degraded: { color: 'yellow', Icon: TriangleAlert },
  failing: { color: 'red', Icon: CircleX },
} as const;

/** Whether the server does its work, and each of its tasks that never end. */
export function HealthSection() {
  const health = useQuery(healthQuery);
  if (health.isPending) return <RowsToCome />;
  if (health.isError) return <Fault error={health.error} onRetry={() => void health.refetch()} />;
  return <Told health={health.data} />;
}

function Told({ health: { status, problems, nodes, uptimeSec, loops } }: { health: Health }) {
  const { t } = useTranslation('settings');
  const amounts = useAmounts();
  const { color, Icon } = looks[status];
  return (
    <Stack>
      <Alert color={color} icon={<Icon aria-hidden />} title={t(`health.${status}`)}>
        <Text size="sm">
          {t('health.nodes', { count: nodes.online })}
          {' · '}
          {t('health.since', { duration: amounts.duration(uptimeSec) })}
        </Text>
        {problems.map((problem) => (
          <Text size="sm" key={problem}>
            {problem}
          </Text>
        ))}
      </Alert>
      <Title order={2} size="h4">
        {t('health.loops')}
      </Title>
      <Rows label={t('health.loops')}>
        {loops.map((loop) => (
          <Row key={loop.name}>
            <Loop loop={loop} />
          </Row>
        ))}
      </Rows>
      <Group>
        <Button component="a" href="/metrics" target="_blank" variant="default">
          {t('health.metrics')}
        </Button>
      </Group>
    </Stack>
  );
}

function Loop({ loop: { name, isHealthy, lastOkAt, failuresInRow } }: { loop: Health['loops'][number] }) {
  const { t } = useTranslation('settings');
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="xs" wrap="nowrap">
        {isHealthy ? <CircleCheck size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
        <Text className={classes['wrap']}>{name}</Text>
      </Group>
      <Text size="sm" c="dimmed">
        {isHealthy ? t('health.fine') : t('health.failures', { count: failuresInRow })}
        {lastOkAt === null ? null : (
          <>
            {' · '}
            <Ago at={lastOkAt} />
          </>
        )}
      </Text>
    </Group>
  );
}
