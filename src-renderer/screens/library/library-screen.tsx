import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { Fault } from '../../components/fault.tsx';
import { useMay } from '../../data/session.ts';
import { watchFoldersQuery } from '../../data/watch-folders.ts';
import { FolderRows } from './folder-rows.tsx';
import { OriginalsSection } from './originals-section.tsx';
import { RuleDialog } from './rule-dialog.tsx';

/** Folders whose films become jobs by themselves, and originals that were set aside. */
export function LibraryScreen() {
  const { t } = useTranslation('library');
  const folders = useQuery(watchFoldersQuery);
  const mayChange = useMay('admin');
  const [edited, setEdited] = useState<WatchFolderView | 'new' | null>(null);
  return (
    <Stack maw={960} gap="lg">
      <Group justify="space-between" align="flex-start">
        <Stack gap={2} maw={640}>
          <Title order={1}>{t('title')}</Title>
          <Text c="dimmed">{t('lead')}</Text>
        </Stack>
        {mayChange ? (
          <Button leftSection={<FolderPlus size={18} aria-hidden />} onClick={() => setEdited('new')}>
            {t('add')}
          </Button>
        ) : null}
      </Group>
      {folders.isPending ? <Skeleton height={160} aria-hidden /> : null}
      {folders.isError ? <Fault error={folders.error} onRetry={() => void folders.refetch()} /> : null}
      {folders.data?.length === 0 ? (
        <Stack gap={4}>
          <Text fw={600}>{t('empty.title')}</Text>
          <Text c="dimmed">{t(mayChange ? 'empty.text' : 'empty.viewer')}</Text>
        </Stack>
      ) : null}
      {folders.data === undefined || folders.data.length === 0 ? null : (
        <FolderRows folders={folders.data} onEdit={setEdited} />
      )}
      <OriginalsSection />
      {edited === null ? null : (
        <RuleDialog folder={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Stack>
  );
}
