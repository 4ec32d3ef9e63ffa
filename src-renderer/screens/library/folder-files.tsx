import { Group, Select, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KnownFileState, knownFileState } from '#shared/model/watch-folder.ts';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { knownFilesQuery } from '../../data/watch-folders.ts';
import { KnownFileList } from './known-file-list.tsx';

export type FolderFilesProps = { folder: WatchFolderView; counts: Readonly<Record<KnownFileState, number>> };

/** The files of a watched folder: what each is waiting for, or what became of it. */
export function FolderFiles({ folder, counts }: FolderFilesProps) {
  const { t } = useTranslation('library');
  const amounts = useAmounts();
  const [state, setState] = useState<KnownFileState | null>(null);
  const [search, setSearch] = useState('');
  const [searched] = useDebouncedValue(search.trim(), 250);
  const files = useInfiniteQuery({
    ...knownFilesQuery(folder.id, { ...(state === null ? {} : { state }), search: searched }),
    placeholderData: (before) => before,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = files;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const items = files.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = state !== null || searched !== '';
  const choices = knownFileState.options.map((one) => ({
    value: one,
    label: `${t(`file.${one}`)} (${amounts.count(counts[one])})`,
  }));
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h4">
        {t('files.title')}
      </Title>
      <Group align="flex-end">
        <Select
          label={t('files.filter')}
          placeholder={t('files.all')}
          data={choices}
          clearable
          value={state}
          onChange={(value) => setState(knownFileState.nullable().parse(value))}
        />
        <TextInput
          label={t('files.search')}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </Group>
      {files.isPending ? <Skeleton height={200} aria-hidden /> : null}
      {files.isError ? <Fault error={files.error} onRetry={() => void files.refetch()} /> : null}
      {files.isSuccess && items.length === 0 ? (
        <Text c="dimmed">{t(isFiltered ? 'files.none' : 'files.empty')}</Text>
      ) : null}
      {items.length === 0 ? null : (
        <KnownFileList
          files={items}
          total={files.data?.pages.at(-1)?.total ?? items.length}
          label={t('files.list', { name: folder.name })}
          onMore={more}
        />
      )}
    </Stack>
  );
}
