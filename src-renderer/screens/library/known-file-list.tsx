import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { KnownFileState } from '#shared/model/watch-folder.ts';
import type { KnownFileView } from '#shared/protocol/watch-folders.ts';
import { useAmounts } from '../../components/amount.tsx';
import { TextLink } from '../../components/links.tsx';
import { LongList } from '../../components/long-list.tsx';
import classes from './library.module.css';

export type KnownFileListProps = {
  files: readonly KnownFileView[];
  total: number;
  label: string;
  /** The end of what was read is in sight. */
  onMore: () => void;
};

const rowPx = 56;

const colours: Readonly<Record<KnownFileState, string>> = {
  growing: 'blue',
  ready: 'blue',
  added: 'blue',
  done: 'green',
  skipped: 'gray',
  unusable: 'red',
  missing: 'gray',
};

/** Files of a watched folder, however many. */
export function KnownFileList({ files, total, label, onMore }: KnownFileListProps) {
  return (
    <LongList
      items={files}
      {...{ total, label, onMore, rowPx }}
      keyOf={({ id }) => String(id)}
      height="min(32rem, 70dvh)"
      isShrinking
      renderItem={(file) => <KnownFile file={file} />}
    />
  );
}

function KnownFile({ file }: { file: KnownFileView }) {
  const { t } = useTranslation('library');
  const amounts = useAmounts();
  const note = [
    amounts.bytes(file.sizeBytes),
    file.isCopy && file.note === null ? t('files.copy') : null,
    file.note,
  ].filter((word) => word !== null);
  return (
    <div className={classes['file']}>
      <div className={classes['grow']}>
        <Text size="sm" truncate="start" title={file.path}>
          {file.path}
        </Text>
        <Text size="xs" c="dimmed" truncate title={note.join(' · ')}>
          {note.join(' · ')}
        </Text>
      </div>
      {file.jobId === null ? null : (
        <TextLink to="/jobs/$id" params={{ id: file.jobId }} size="sm">
          {t('files.job')}
        </TextLink>
      )}
      <Badge className="state-badge" variant="light" color={colours[file.state]} tt="none" fw={600}>
        {t(`file.${file.state}`)}
      </Badge>
    </div>
  );
}
