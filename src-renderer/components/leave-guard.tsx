import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export type LeaveGuardProps = {
  /** There is something that was not saved. */
  isChanged: boolean;
  /** Where what was typed outlives the page: what that means, and what gives it up. Left out, it is lost. */
  kept?: { text: string; onDiscard: () => void };
};

/** Asks before a page is left on which something was not saved. */
export function LeaveGuard({ isChanged, kept }: LeaveGuardProps) {
  const { t } = useTranslation();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged && current.pathname !== next.pathname,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  const leave = (): void => blocker.proceed?.();
  const stay = (): void => blocker.reset?.();
  const discard = (): void => {
    kept?.onDiscard();
    leave();
  };
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={stay}
      title={t('leave.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        <Text size="sm">{kept?.text ?? t('leave.text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="red" onClick={discard}>
            {t('leave.discard')}
          </Button>
          {kept === undefined ? null : (
            <Button variant="default" onClick={leave}>
              {t('leave.keep')}
            </Button>
          )}
          <Button onClick={stay} data-autofocus>
            {t('leave.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
