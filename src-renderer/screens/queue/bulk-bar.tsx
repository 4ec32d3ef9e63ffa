import { Button, CloseButton, Group, Paper, Progress, Text } from '@mantine/core';
import { CirclePlay, CircleX, type LucideIcon, Pause, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import type { BulkAction } from '../../data/queue.ts';
import type { Bulk, Told } from './use-bulk.tsx';

export type BulkBarProps = {
  chosen: Told;
  /** All that match. */
  all: Told;
  bulk: Bulk;
  onChooseAll: () => void;
  onClear: () => void;
};

const actions: readonly { action: BulkAction; Icon: LucideIcon }[] = [
  { action: 'pause', Icon: Pause },
  { action: 'resume', Icon: CirclePlay },
  { action: 'retry', Icon: RotateCcw },
  { action: 'cancel', Icon: CircleX },
];

/** What can be done to all that are chosen. */
export function BulkBar({ chosen, all, bulk, onChooseAll, onClear }: BulkBarProps) {
  const { t } = useTranslation('queue');
  const amounts = useAmounts();
  return (
    <Paper
      className="queue-bulk"
      withBorder
      shadow="md"
      p="xs"
      px="md"
      mt="sm"
      role="region"
      aria-label={t('bulk.label')}
    >
      {bulk.running === null ? (
        <Group gap="xs" justify="space-between">
          <Group gap="xs">
            <Text size="sm" fw={600} role="status">
              {t('bulk.chosen', chosen)}
            </Text>
            {chosen.count < all.count ? (
              <Button size="compact-sm" variant="subtle" onClick={onChooseAll}>
                {t('bulk.chooseAll', all)}
              </Button>
            ) : null}
          </Group>
          <Group gap={6}>
            {actions.map(({ action, Icon }) => (
              <Button
                key={action}
                size="compact-sm"
                variant="default"
                leftSection={<Icon size={15} aria-hidden />}
                onClick={() => bulk.start(action)}
              >
                {t(`bulk.${action}`)}
              </Button>
            ))}
            <CloseButton aria-label={t('bulk.clear')} onClick={onClear} />
          </Group>
        </Group>
      ) : (
        <Group gap="md" wrap="nowrap">
          <Text size="sm" role="status" style={{ whiteSpace: 'nowrap' }}>
            {t('bulk.progress', {
              done: amounts.count(bulk.running.done),
              all: amounts.count(bulk.running.count),
            })}
          </Text>
          <Progress.Root flex={1}>
            <Progress.Section
              value={(100 * bulk.running.done) / Math.max(1, bulk.running.count)}
              aria-label={t('bulk.label')}
            />
          </Progress.Root>
          <Button size="compact-sm" variant="default" onClick={bulk.stop}>
            {t('bulk.stop')}
          </Button>
        </Group>
      )}
    </Paper>
  );
}
