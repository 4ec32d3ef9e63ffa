import { Group, Progress, Stack, Text } from '@mantine/core';
import { TriangleAlert, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileRoot } from '#shared/protocol/files.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Panel } from './panel.tsx';

/** Less than that much of a disk is little. */
const littleShare = 0.1;

/** The room on the disks. */
export function DisksPanel({ disks }: { disks: readonly FileRoot[] }) {
  const { t } = useTranslation('home');
  return (
    <Panel title={t('disks.title')}>
      <Stack gap="md" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {disks.map((disk) => (
          <Disk key={disk.path} disk={disk} />
        ))}
      </Stack>
    </Panel>
  );
}

function Disk({ disk: { name, path, isOnline, freeBytes, totalBytes } }: { disk: FileRoot }) {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const known = freeBytes === null || totalBytes === null || totalBytes === 0 ? null : { freeBytes, totalBytes };
  const isFull = known !== null && known.freeBytes < known.totalBytes * littleShare;
  const Icon = isOnline ? TriangleAlert : Unplug;
  return (
    <li>
      <Text size="sm" fw={500} truncate title={path}>
        {name}
      </Text>
      {known === null ? null : (
        <Progress.Root size="md" my={4}>
          <Progress.Section
            value={100 - (100 * known.freeBytes) / known.totalBytes}
            {...(isFull ? { color: 'red' } : {})}
            aria-label={t('disks.used', { name })}
          />
        </Progress.Root>
      )}
      <Group gap={6} wrap="nowrap">
        {isFull || !isOnline ? <Icon size={14} aria-hidden /> : null}
        <Text size="xs" c="dimmed">
          {!isOnline
            ? t('disks.offline')
            : known === null
              ? t('disks.unknown')
              : t(isFull ? 'disks.little' : 'disks.free', {
                  free: amounts.bytes(known.freeBytes),
                  total: amounts.bytes(known.totalBytes),
                })}
        </Text>
      </Group>
    </li>
  );
}
