import { Button, EmptyState, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookView } from '#shared/protocol/webhooks.ts';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { webhooksQuery } from '../../data/webhooks.ts';
import { EditWebhook } from './edit-webhook.tsx';
import { OnlySettings } from './only-settings.tsx';
import { ShownOnce } from './shown-once.tsx';
import { WebhookRow } from './webhook-row.tsx';

/** Who is told of jobs, what they were told, and whether they heard it. */
export function WebhooksSection() {
  const { t } = useTranslation('settings');
  const webhooks = useQuery(webhooksQuery);
  const [edited, setEdited] = useState<WebhookView | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Stack>
      <Group>
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>
          {t('webhooks.add')}
        </Button>
      </Group>
      {edited === null ? null : (
        <EditWebhook
          webhook={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSecret={(told) => {
            setEdited(null);
            setSecret(told);
          }}
        />
      )}
      {secret === null ? null : (
        <ShownOnce
          title={t('webhooks.secretTitle')}
          label={t('webhooks.secret')}
          text={t('webhooks.secretText')}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
      {webhooks.isPending ? <RowsToCome /> : null}
      {webhooks.isError ? <Fault error={webhooks.error} onRetry={() => void webhooks.refetch()} /> : null}
      {webhooks.data?.length === 0 ? (
        <EmptyState icon={<Webhook aria-hidden />} title={t('webhooks.none')} description={t('webhooks.noneText')} />
      ) : null}
      {webhooks.data !== undefined && webhooks.data.length > 0 ? (
        <Rows label={t('webhooks.title')}>
          {webhooks.data.map((webhook) => (
            <Row key={webhook.id}>
              <WebhookRow webhook={webhook} onEdit={() => setEdited(webhook)} onSecret={setSecret} />
            </Row>
          ))}
        </Rows>
      ) : null}
      <Title order={2} size="h4" mt="md">
        {t('webhooks.where')}
      </Title>
      <OnlySettings keys={['allowPrivateWebhooks']} />
    </Stack>
  );
}
