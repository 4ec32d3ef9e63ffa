import { ActionIcon, Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { CornerLeftUp, HardDrive, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ServerFolder } from '#shared/protocol/files.ts';
import { useAmounts } from './amount.tsx';
import { Fault } from './fault.tsx';
import { FileList, type FileListProps } from './file-list.tsx';

export type FolderBrowserProps = ServerFolder & Pick<FileListProps, 'picked'>;

/** The server's disks, one folder at a time. */
export function FolderBrowser(props: FolderBrowserProps) {
  const { roots, path, parent, entries, total, error, search, onSearch, onGo, onMore, picked } = props;
  const { t } = useTranslation('files');
  const amounts = useAmounts();
  if (path === null) {
    return error === null ? <Roots roots={roots} onGo={onGo} /> : <Fault error={error} onRetry={() => onGo(null)} />;
  }
  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          disabled={parent === null && (roots ?? []).length < 2}
          onClick={() => onGo(parent)}
          aria-label={t('up')}
        >
          <CornerLeftUp size={18} aria-hidden />
        </ActionIcon>
        <Text size="sm" fw={600} truncate="start" flex={1} title={path}>
          {/* What is cut at its beginning is written from right to left. */}
          <bdi>{path}</bdi>
        </Text>
        <TextInput
          size="xs"
          w={{ base: 130, xs: 180 }}
          leftSection={<Search size={14} aria-hidden />}
          aria-label={t('search')}
          placeholder={t('search')}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      </Group>
      {error !== null ? <Fault error={error} onRetry={() => onGo(path)} /> : null}
      {error === null && entries === undefined ? <Skeleton h="16rem" /> : null}
      {error === null && entries !== undefined && entries.length > 0 ? (
        <FileList
          {...{ entries, total, onMore }}
          onOpen={(folder) => onGo(folder.path)}
          {...(picked === undefined ? {} : { picked })}
        />
      ) : null}
      {error === null ? (
        <Text size="sm" c="dimmed" role="status">
          {entries?.length === 0
            ? t(search === '' ? 'empty' : 'nothingFound')
            : t('count', { count: total, shown: amounts.count(total) })}
        </Text>
      ) : null}
    </Stack>
  );
}

function Roots({ roots, onGo }: Pick<FolderBrowserProps, 'roots' | 'onGo'>) {
  const { t } = useTranslation('files');
  const amounts = useAmounts();
  if (roots === undefined) return <Skeleton h="8rem" />;
  if (roots.length === 0) return <Text size="sm">{t('noRoots')}</Text>;
  return (
    <Stack gap="xs">
      {roots.map(({ name, path, isOnline, freeBytes }) => (
        <Button
          key={path}
          variant="default"
          justify="flex-start"
          h="auto"
          py="xs"
          disabled={!isOnline}
          leftSection={<HardDrive size={18} aria-hidden />}
          onClick={() => onGo(path)}
        >
          <Stack gap={0} align="flex-start">
            <Text size="sm" fw={600}>
              {path === '/' ? t('everything') : name === path ? path : `${name} · ${path}`}
            </Text>
            <Text size="xs" c={isOnline ? 'dimmed' : 'inherit'}>
              {isOnline ? (freeBytes === null ? '' : t('free', { size: amounts.bytes(freeBytes) })) : t('offline')}
            </Text>
          </Stack>
        </Button>
      ))}
    </Stack>
  );
}
