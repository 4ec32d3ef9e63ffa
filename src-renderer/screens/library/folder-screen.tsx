import { Group, Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { TextLink } from '../../components/links.tsx';
import { watchFolderQuery } from '../../data/watch-folders.ts';
import { FolderBadge } from './folder-badge.tsx';
import { FolderFiles } from './folder-files.tsx';
import { FolderMenu } from './folder-menu.tsx';
import { RuleWords } from './folder-rows.tsx';
import { FolderState } from './folder-state.tsx';
import { RuleDialog } from './rule-dialog.tsx';

/** One watched folder with its files. */
export function FolderScreen() {
  const { t } = useTranslation('library');
  const { id } = useParams({ from: '/library/$id' });
  const folder = useQuery(watchFolderQuery(id));
  const navigate = useNavigate();
  const [isEditing, setEditing] = useState(false);
  return (
    <Stack maw={960} gap="lg">
      <TextLink to="/library" size="sm" w="fit-content">
        <Group gap={2} component="span">
          <ChevronLeft size={16} aria-hidden />
          {t('back')}
        </Group>
      </TextLink>
      {folder.data === undefined ? <Title order={1}>{t('title')}</Title> : null}
      {folder.isPending ? <Skeleton height={320} aria-hidden /> : null}
      {folder.isError ? <Fault error={folder.error} onRetry={() => void folder.refetch()} /> : null}
      {folder.data === undefined ? null : (
        <>
          <Stack gap={2}>
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <Group gap="sm">
                <Title order={1}>{folder.data.name}</Title>
                <FolderBadge folder={folder.data} />
              </Group>
              <FolderMenu
                folder={folder.data}
                onEdit={() => setEditing(true)}
                onRemoved={() => void navigate({ to: '/library' })}
              />
            </Group>
            <RuleWords folder={folder.data} />
            <FolderState folder={folder.data} />
          </Stack>
          <FolderFiles folder={folder.data} counts={folder.data.files} />
          {isEditing ? <RuleDialog folder={folder.data} onClose={() => setEditing(false)} /> : null}
        </>
      )}
    </Stack>
  );
}
