import { Box, Checkbox, Group, Text, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, File, Film, Folder } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '#shared/protocol/files.ts';
import { useAmounts } from './amount.tsx';
import classes from './file-list.module.css';

export type FileListProps = {
  /** What was read so far, of `total`. */
  entries: readonly FileEntry[];
  total: number;
  /** The end of what was read is in sight. */
  onMore: () => void;
  onOpen: (folder: FileEntry) => void;
  /** Left out where only folders are gone through. */
  picked?: { has: (path: string) => boolean; onToggle: (entry: FileEntry) => void };
};

const rowPx = 44;

/** A folder of the server, however many entries it has: only those in sight are drawn. */
export function FileList({ entries, total, onMore, onOpen, picked }: FileListProps) {
  const { t } = useTranslation('files');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (entries.length < total && last >= entries.length - 20) onMore();
  }, [entries.length, total, last, onMore]);
  return (
    <Box ref={scroller} className={classes.scroller}>
      <Box role="list" aria-label={t('content')} h={rows.getTotalSize()} pos="relative">
        {items.map(({ index, start }) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          return (
            <div
              key={entry.path}
              role="listitem"
              aria-setsize={total}
              aria-posinset={index + 1}
              className={classes.row}
              style={{ height: rowPx, transform: `translateY(${start}px)` }}
            >
              <Row entry={entry} onOpen={onOpen} {...(picked === undefined ? {} : { picked })} />
            </div>
          );
        })}
      </Box>
    </Box>
  );
}

function Row({ entry, onOpen, picked }: Pick<FileListProps, 'onOpen' | 'picked'> & { entry: FileEntry }) {
  const { t } = useTranslation('files');
  const amounts = useAmounts();
  const { name, isDirectory, isMedia, sizeBytes, fault } = entry;
  const Icon = isDirectory ? Folder : isMedia ? Film : File;
  const words = (
    <>
      <Icon size={18} aria-hidden className={classes.icon} />
      <Text size="sm" truncate flex={1} title={name}>
        {name}
      </Text>
      <Text size="sm" c="dimmed" className={classes.fixed}>
        {fault === null ? (sizeBytes === null ? '' : amounts.bytes(sizeBytes)) : t(`fault.${fault}`)}
      </Text>
      {isDirectory ? <ChevronRight size={16} aria-hidden className={classes.icon} /> : null}
    </>
  );
  const isUsable = fault === null;
  return (
    <Group gap="xs" wrap="nowrap" h="100%" px="xs">
      {picked === undefined ? null : (
        <Checkbox
          checked={picked.has(entry.path)}
          disabled={!isUsable}
          onChange={() => picked.onToggle(entry)}
          aria-label={t(isDirectory ? 'pickFolder' : 'pick', { name })}
        />
      )}
      {isDirectory && isUsable ? (
        <UnstyledButton className={classes.words} onClick={() => onOpen(entry)} aria-label={t('open', { name })}>
          {words}
        </UnstyledButton>
      ) : (
        <Box
          className={classes.words}
          data-pickable={picked !== undefined && isUsable ? true : undefined}
          // The box before it does the same by keyboard.
          {...(picked === undefined || !isUsable ? {} : { onClick: () => picked.onToggle(entry) })}
        >
          {words}
        </Box>
      )}
    </Group>
  );
}
