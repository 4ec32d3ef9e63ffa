import { ActionIcon, Badge, Button, Collapse, Group, Menu, Stack, Switch, Text } from '@mantine/core';
import { EllipsisVertical, KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookView } from '#shared/protocol/webhooks.ts';
import { Fault } from '../../components/fault.tsx';
import { useChangeWebhook, useDeleteWebhook, useNewWebhookSecret, useTestWebhook } from '../../data/webhooks.ts';
import { askFirst } from './ask-first.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { eventKey } from './event-key.ts';
import { PingResult } from './ping-result.tsx';
import classes from './settings.module.css';

export type WebhookRowProps = { webhook: WebhookView; onEdit: () => void; onSecret: (secret: string) => void };

/** One receiver: what it is told of, whether it hears, and its log. */
export function WebhookRow({ webhook, onEdit, onSecret }: WebhookRowProps) {
  const { t } = useTranslation('settings');
  const change = useChangeWebhook();
  const test = useTestWebhook();
  const [isLogOpen, setLogOpen] = useState(false);
  const { id, url, events, description, enabled, disabledBecause } = webhook;
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div className={classes['grow']}>
          <Text fw={600} className={classes['wrap']}>
            {url}
          </Text>
          {description === '' ? null : <Text size="sm">{description}</Text>}
          <Group gap={6} mt={4}>
            {events.map((event) => (
              <Badge key={event} variant="default" tt="none" fw={500}>
                {t(`event.${eventKey(event)}`)}
              </Badge>
            ))}
          </Group>
        </div>
        <WebhookMenu webhook={webhook} onEdit={onEdit} onSecret={onSecret} />
      </Group>
      {disabledBecause === null ? null : (
        <Text size="sm" c="var(--mantine-color-error)">
          {t('webhooks.switchedOff', { why: disabledBecause })}
        </Text>
      )}
      <Group gap="sm">
        <Switch
          checked={enabled}
          label={t('webhooks.enabled')}
          aria-label={t('webhooks.enabledOne', { url })}
          onChange={() => change.mutate({ id, enabled: !enabled })}
        />
        <Button
          variant="default"
          size="xs"
          loading={test.isPending}
          aria-label={t('webhooks.testOne', { url })}
          onClick={() => test.mutate(id)}
        >
          {t('webhooks.test')}
        </Button>
        <Button
          variant="subtle"
          size="xs"
          aria-expanded={isLogOpen}
          aria-label={t(isLogOpen ? 'webhooks.hideLogOf' : 'webhooks.showLogOf', { url })}
          onClick={() => setLogOpen(!isLogOpen)}
        >
          {t(isLogOpen ? 'webhooks.hideLog' : 'webhooks.showLog')}
        </Button>
      </Group>
      {change.isError ? <Fault error={change.error} /> : null}
      {test.isError ? <Fault error={test.error} /> : null}
      {test.isSuccess ? <PingResult answer={test.data} /> : null}
      <Collapse expanded={isLogOpen}>{isLogOpen ? <DeliveryLog webhook={webhook} /> : null}</Collapse>
    </Stack>
  );
}

function WebhookMenu({ webhook: { id, url }, onEdit, onSecret }: WebhookRowProps) {
  const { t } = useTranslation('settings');
  const remove = useDeleteWebhook();
  const renew = useNewWebhookSecret();
  const words = { cancel: t('cancel'), close: t('close') };
  const askToDelete = () =>
    askFirst({
      ...{ title: t('webhooks.deleteTitle'), text: t('webhooks.deleteText', { url }), confirm: t('webhooks.delete') },
      ...words,
      onConfirm: () => remove.mutate(id),
    });
  const askToRenew = () =>
    askFirst({
      ...{ title: t('webhooks.renewTitle'), text: t('webhooks.renewText'), confirm: t('webhooks.renew') },
      ...words,
      onConfirm: () => renew.mutate(id, { onSuccess: ({ secret }) => onSecret(secret) }),
    });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('more', { name: url })}>
            <EllipsisVertical size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={onEdit}>
            {t('webhooks.edit')}
          </Menu.Item>
          <Menu.Item leftSection={<KeyRound size={16} aria-hidden />} onClick={askToRenew}>
            {t('webhooks.renew')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={askToDelete}>
            {t('webhooks.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {remove.isError ? <Fault error={remove.error} /> : null}
      {renew.isError ? <Fault error={renew.error} /> : null}
    </>
  );
}
