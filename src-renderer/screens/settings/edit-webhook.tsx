import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { webhookEvent, type WebhookView } from '#shared/protocol/webhooks.ts';
import { Fault } from '../../components/fault.tsx';
import { requestFaultsOf } from '../../data/client.ts';
import { useAddWebhook, useChangeWebhook } from '../../data/webhooks.ts';
import { eventKey } from './event-key.ts';

export type EditWebhookProps = {
  /** Null for a new one. */
  webhook: WebhookView | null;
  onClose: () => void;
  /** A new one was added, and this is its secret. */
  onSecret: (secret: string) => void;
};

/** Asks where to and of what. */
export function EditWebhook({ webhook, onClose, onSecret }: EditWebhookProps) {
  const { t } = useTranslation('settings');
  const add = useAddWebhook();
  const change = useChangeWebhook();
  const form = useForm({
    initialValues: {
      url: webhook?.url ?? '',
      events: webhook?.events ?? [...webhookEvent.options],
      description: webhook?.description ?? '',
    },
    validate: { events: (events) => (events.length === 0 ? t('webhooks.oneEvent') : null) },
  });
  const error = add.error ?? change.error;
  const faults = requestFaultsOf(error);
  const send = (wanted: typeof form.values) => {
    if (webhook === null) add.mutate(wanted, { onSuccess: ({ secret }) => onSecret(secret) });
    else change.mutate({ id: webhook.id, ...wanted }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(webhook === null ? 'webhooks.add' : 'webhooks.edit')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={form.onSubmit(send)}>
        <Stack>
          <TextInput
            label={t('webhooks.url')}
            placeholder="https://example.org/hook"
            type="url"
            required
            maxLength={2000}
            data-autofocus
            {...form.getInputProps('url')}
            error={faults.find(({ path }) => path === 'body.url')?.message}
          />
          <Checkbox.Group label={t('webhooks.events')} {...form.getInputProps('events')}>
            <Stack gap="xs" mt={4}>
              {webhookEvent.options.map((event) => (
                <Checkbox key={event} value={event} label={t(`event.${eventKey(event)}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <TextInput label={t('webhooks.description')} maxLength={400} {...form.getInputProps('description')} />
          {error !== null && faults.length === 0 ? <Fault error={error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending || change.isPending}>
              {t(webhook === null ? 'webhooks.addIt' : 'save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
