import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';

export type AskFirst = {
  title: string;
  text: string;
  confirm: string;
  cancel: string;
  close: string;
  onConfirm: () => void;
};

/** Asks before something is done that can't be undone. */
export function askFirst({ title, text, confirm, cancel, close, onConfirm }: AskFirst): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm, cancel },
    confirmProps: { color: 'red' },
    closeButtonProps: { 'aria-label': close },
    onConfirm,
  });
}
