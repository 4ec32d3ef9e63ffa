import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { TextLink } from '../../components/links.tsx';
import { useProfileTitles } from '../../components/profile-words.ts';
import { Row, Rows } from '../../components/rows.tsx';
import { profilesQuery } from '../../data/profiles.ts';
import { FolderBadge } from './folder-badge.tsx';
import { FolderMenu } from './folder-menu.tsx';
import { FolderState } from './folder-state.tsx';
import classes from './library.module.css';

export type FolderRowsProps = { folders: readonly WatchFolderView[]; onEdit: (folder: WatchFolderView) => void };

/** Watched folders one below the other: how each stands, and what becomes of its films. */
export function FolderRows({ folders, onEdit }: FolderRowsProps) {
  const { t } = useTranslation('library');
  return (
    <Rows label={t('folders')}>
      {folders.map((folder) => (
        <Row key={folder.id} isLine>
          <Stack gap={2} className={classes['grow']}>
            <Group gap="xs">
              <TextLink to="/library/$id" params={{ id: folder.id }} fw={600}>
                {folder.name}
              </TextLink>
              <FolderBadge folder={folder} />
            </Group>
            <RuleWords folder={folder} />
            <FolderState folder={folder} />
          </Stack>
          <FolderMenu folder={folder} onEdit={onEdit} />
        </Row>
      ))}
    </Rows>
  );
}

/** Where the folder lies, and what its rule says, in two lines. */
export function RuleWords({ folder }: { folder: WatchFolderView }) {
  const { t } = useTranslation('library');
  const title = useProfileTitles(useQuery(profilesQuery('living')).data)(folder.profile);
  return (
    <>
      <Text size="sm" className={classes['path']}>
        {`${folder.path} → ${folder.outputDir}`}
      </Text>
      <Text size="sm" c="dimmed">
        {t('line', { profile: title, afterwards: t(`afterwards.${folder.afterwards}`) })}
      </Text>
    </>
  );
}
