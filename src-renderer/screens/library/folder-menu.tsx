import { ActionIcon, Menu, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { EllipsisVertical, Eye, Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { useFaultNote } from '../../components/fault-note.ts';
import { useMay } from '../../data/session.ts';
import { useRemoveWatchFolder, useScanWatchFolder } from '../../data/watch-folders.ts';

export type FolderMenuProps = {
  folder: WatchFolderView;
  onEdit: (folder: WatchFolderView) => void;
  onRemoved?: () => void;
};

/** What this person may do with a watch folder. */
export function FolderMenu({ folder, onEdit, onRemoved }: FolderMenuProps) {
  const { t } = useTranslation('library');
  const mayChange = useMay('admin');
  const mayScan = useMay('operator');
  const scan = useScanWatchFolder();
  const remove = useRemoveWatchFolder();
  const onError = useFaultNote();
  const { id, name } = folder;
  const askToRemove = () =>
    modals.openConfirmModal({
      title: t('remove.title', { name }),
      children: <Text size="sm">{t('remove.text')}</Text>,
      labels: { confirm: t('remove.confirm'), cancel: t('cancel') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('close') },
      onConfirm: () => remove.mutate(id, { onError, onSuccess: () => onRemoved?.() }),
    });
  if (!mayScan) return null;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('menu.more', { name })}>
          <EllipsisVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayChange ? (
          <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => onEdit(folder)}>
            {t('menu.edit')}
          </Menu.Item>
        ) : null}
        <Menu.Item
          leftSection={<Eye size={16} aria-hidden />}
          disabled={!folder.enabled}
          onClick={() => scan.mutate(id, { onError })}
        >
          {t('menu.scan')}
        </Menu.Item>
        {mayChange ? (
          <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={askToRemove}>
            {t('menu.remove')}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
