import { Badge, Box, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { KnownFileState } from '#shared/model/watch-folder.ts';
import type { KnownFileView } from '#shared/protocol/watch-folders.ts';
import { useAmounts } from '../../components/amount.tsx';
import { TextLink } from '../../components/links.tsx';
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

/** Files of a watched folder, however many: only those in sight are drawn. */
export function KnownFileList({ files, total, label, onMore }: KnownFileListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (files.length < total && last >= files.length - 20) onMore();
  }, [files.length, total, last, onMore]);
  const heightPx = rows.getTotalSize();
  return (
    <Box ref={scroller} className={classes['scroller']} mah={heightPx + 2} tabIndex={0}>
      <div role="list" aria-label={label} style={{ height: heightPx, position: 'relative' }}>
        {items.map(({ index, start }) => {
          const file = files[index];
          return file === undefined ? null : (
            <div
              key={file.id}
              role="listitem"
              aria-setsize={total}
              aria-posinset={index + 1}
              className={classes['file']}
              style={{ height: rowPx, transform: `translateY(${start}px)` }}
            >
              <KnownFile file={file} />
            </div>
          );
        })}
      </div>
    </Box>
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
    <>
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
    </>
  );
}
