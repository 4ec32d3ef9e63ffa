import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { EllipsisVertical, Pencil, RotateCcw, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { Fault } from '../../components/fault.tsx';
import { useChangeNode, useRemoveNode, useSteerNode } from '../../data/nodes.ts';
import { useMay } from '../../data/session.ts';

/** What an admin can do with a machine; others see nothing. */
export function NodeActions({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const mayChange = useMay('admin');
  const [isRenaming, setRenaming] = useState(false);
  const steer = useSteerNode(node.id);
  const remove = useRemoveNode(node.id);
  const navigate = useNavigate();
  if (!mayChange) return null;
  const isDraining = node.state === 'draining';
  const restart = (): void =>
    steer.mutate('restart', { onSuccess: () => notifications.show({ message: t('node.restarted') }) });
  const askToRemove = () =>
    modals.openConfirmModal({
      title: t('node.removeTitle', { name: node.name }),
      children: <Text size="sm">{t('node.removeText')}</Text>,
      labels: { confirm: t('node.removeYes'), cancel: t('cancel') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('close') },
      onConfirm: () => remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/crew' }) }),
    });
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button
          variant="default"
          loading={steer.isPending}
          onClick={() => steer.mutate(isDraining ? 'undrain' : 'drain')}
        >
          {t(isDraining ? 'node.undrain' : 'node.drain')}
        </Button>
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('node.more', { name: node.name })}>
              <EllipsisVertical size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => setRenaming(true)}>
              {t('node.rename')}
            </Menu.Item>
            <Menu.Item
              leftSection={<RotateCcw size={16} aria-hidden />}
              onClick={restart}
              disabled={node.state === 'offline'}
            >
              {t('node.restart')}
            </Menu.Item>
            {node.isLocal ? null : (
              <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={askToRemove}>
                {t('node.remove')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {steer.isError ? <Fault error={steer.error} /> : null}
      {remove.isError ? <Fault error={remove.error} /> : null}
      {isRenaming ? <RenameDialog node={node} onClose={() => setRenaming(false)} /> : null}
    </Stack>
  );
}

function RenameDialog({ node, onClose }: { node: NodeView; onClose: () => void }) {
  const { t } = useTranslation('crew');
  const change = useChangeNode(node.id);
  const [name, setName] = useState(node.name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ givenName: name.trim() === '' ? null : name.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t('node.rename')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit}>
        <Stack>
          {change.isError ? <Fault error={change.error} /> : null}
          <TextInput
            data-autofocus
            label={t('node.name')}
            description={t('node.nameHint', { name: node.ownName })}
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {t('node.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
