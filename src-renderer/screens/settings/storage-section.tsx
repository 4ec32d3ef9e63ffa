import { Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FileRoot } from '#shared/protocol/files.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { statisticsQuery } from '../../data/jobs.ts';
import { OnlySettings } from './only-settings.tsx';
import { rootsField } from './roots-field.tsx';
import classes from './settings.module.css';

/** How much room there is, and which folders Encrew may use. */
export function StorageSection() {
  const { t } = useTranslation('settings');
  const statistics = useQuery(statisticsQuery);
  return (
    <Stack gap="xl">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('storage.room')}
        </Title>
        {statistics.isPending ? <RowsToCome /> : null}
        {statistics.isError ? <Fault error={statistics.error} onRetry={() => void statistics.refetch()} /> : null}
        {statistics.isSuccess ? (
          <Rows label={t('storage.room')}>
            {statistics.data.disks.map((disk) => (
              <Row key={disk.path}>
                <Disk disk={disk} />
              </Row>
            ))}
          </Rows>
        ) : null}
      </Stack>
      <OnlySettings keys={['roots']} field={rootsField} />
    </Stack>
  );
}

function Disk({ disk: { name, path, isOnline, freeBytes, totalBytes } }: { disk: FileRoot }) {
  const { t } = useTranslation('settings');
  const amounts = useAmounts();
  const isKnown = isOnline && freeBytes !== null && totalBytes !== null && totalBytes > 0;
  const used = isKnown ? 1 - freeBytes / totalBytes : 0;
  return (
    <Stack gap={4}>
      <Text fw={600} className={classes['wrap']}>
        {name}
      </Text>
      {path === name ? null : (
        <Text size="sm" c="dimmed" className={classes['wrap']}>
          {path}
        </Text>
      )}
      {isKnown ? (
        <Progress
          value={Math.round(used * 100)}
          color={used > 0.95 ? 'red' : 'indigo'}
          aria-label={t('storage.used', { name })}
        />
      ) : null}
      <Text size="sm">
        {isKnown
          ? t('storage.free', { free: amounts.bytes(freeBytes), total: amounts.bytes(totalBytes) })
          : t(isOnline ? 'storage.unknown' : 'storage.offline')}
      </Text>
    </Stack>
  );
}
