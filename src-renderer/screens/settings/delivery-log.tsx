import { Badge, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, Clock } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeliveryState, type DeliveryView, deliveryState, type WebhookView } from '#shared/protocol/webhooks.ts';
import { Ago } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { deliveriesQuery, useRedeliver } from '../../data/webhooks.ts';
import { eventKey } from './event-key.ts';
import { MoreButton } from './more-button.tsx';
import classes from './settings.module.css';

/** What a receiver was told and how it answered. */
export function DeliveryLog({ webhook: { id, url } }: { webhook: WebhookView }) {
  const { t } = useTranslation('settings');
  const [state, setState] = useState<DeliveryState | null>(null);
  const log = useInfiniteQuery(deliveriesQuery(id, state));
  const again = useRedeliver(id);
  const deliveries = log.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack gap="xs" pt="xs">
      <NativeSelect
        w="fit-content"
        size="xs"
        aria-label={t('deliveries.show')}
        value={state ?? ''}
        data={[
          { value: '', label: t('deliveries.all') },
          ...deliveryState.options.map((one) => ({ value: one, label: t(`deliveries.${one}`) })),
        ]}
        onChange={({ currentTarget }) => setState(deliveryState.safeParse(currentTarget.value).data ?? null)}
      />
      {log.isPending ? <RowsToCome /> : null}
      {log.isError ? <Fault error={log.error} onRetry={() => void log.refetch()} /> : null}
      {again.isError ? <Fault error={again.error} /> : null}
      {log.isSuccess && deliveries.length === 0 ? <Text size="sm">{t('deliveries.none')}</Text> : null}
      {deliveries.length === 0 ? null : (
        <Rows label={t('deliveries.of', { url })}>
          {deliveries.map((delivery) => (
            <Row key={delivery.id}>
              <Delivery delivery={delivery} onAgain={() => again.mutate(delivery.id)} />
            </Row>
          ))}
        </Rows>
      )}
      <MoreButton list={log} />
    </Stack>
  );
}

const looks = {
  pending: { color: 'gray', Icon: Clock },
  delivered: { color: 'green', Icon: CircleCheck },
  failed: { color: 'red', Icon: CircleX },
} as const;

function Delivery({ delivery, onAgain }: { delivery: DeliveryView; onAgain: () => void }) {
  const { t } = useTranslation('settings');
  const { eventType, state, createdAt } = delivery;
  const { color, Icon } = looks[state];
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div className={classes['grow']}>
        <Group gap="xs">
          <Badge
            className="state-badge"
            variant="light"
            color={color}
            tt="none"
            leftSection={<Icon size={13} aria-hidden />}
          >
            {t(`deliveries.${state}`)}
          </Badge>
          <Text size="sm" fw={600}>
            {t(`event.${eventKey(eventType)}`)}
          </Text>
          <Text size="sm" c="dimmed">
            <Ago at={createdAt} />
          </Text>
        </Group>
        <HowItWent delivery={delivery} />
      </div>
      {state === 'pending' || eventType === 'ping' ? null : (
        <Button variant="subtle" size="compact-sm" onClick={onAgain}>
          {t('deliveries.again')}
        </Button>
      )}
    </Group>
  );
}

function HowItWent({
  delivery: { attempts, lastStatus, lastError, lastDurationMs, nextAt },
}: {
  delivery: DeliveryView;
}) {
  const { t } = useTranslation('settings');
  const amounts = useAmounts();
  const time = lastDurationMs === null ? null : amounts.decimal(lastDurationMs / 1000, 2);
  return (
    <Text size="sm" c="dimmed" className={classes['wrap']}>
      {[
        t('deliveries.attempts', { count: attempts }),
        ...(lastStatus === null || time === null ? [] : [t('ping.status', { status: lastStatus, time })]),
        ...(lastError === null ? [] : [lastError]),
        ...(nextAt === null || attempts === 0 ? [] : [t('deliveries.next', { time: amounts.time(nextAt) })]),
      ].join(' · ')}
    </Text>
  );
}
