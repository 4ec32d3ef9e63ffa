import { ActionIcon, Button, Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Download, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobDetail } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { jobOutputsQuery } from '../../data/job-parts.ts';

/** The files of the package, to be taken away one by one. */
export function FilesTab({ job }: { job: JobDetail }) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const files = useInfiniteQuery({ ...jobOutputsQuery(job.id, search), placeholderData: keepPreviousData });
  if (job.output === null) return <Text>{t('files.none')}</Text>;
  if (files.isError) return <Fault error={files.error} onRetry={() => void files.refetch()} />;
  if (files.isPending) return <Skeleton h={320} />;
  const shown = files.data.pages.flatMap(({ items }) => items);
  const total = files.data.pages[0]?.total ?? 0;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <TextInput
          aria-label={t('files.search')}
          placeholder={t('files.search')}
          leftSection={<Search size={16} aria-hidden />}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Text size="sm" role="status">
          {t('files.count', { count: total })}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Text>{t('files.noMatch')}</Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('files.columns.name')}</Table.Th>
              <Table.Th ta="end">{t('files.columns.size')}</Table.Th>
              <Table.Th ta="end">{t('files.columns.download')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ path, url, sizeBytes }) => (
              <Table.Tr key={path}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{path}</Table.Td>
                <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
                  {amounts.bytes(sizeBytes)}
                </Table.Td>
                <Table.Td ta="end">
                  <ActionIcon
                    component="a"
                    href={`${url}?download=1`}
                    download
                    variant="subtle"
                    aria-label={t('files.download', { name: path })}
                  >
                    <Download size={16} aria-hidden />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {files.hasNextPage ? (
        <Button variant="default" loading={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
          {t('files.more')}
        </Button>
      ) : null}
    </Stack>
  );
}
