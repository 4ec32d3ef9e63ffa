import { Box, Checkbox, Group, Text, UnstyledButton } from '@mantine/core';
import { ChevronRight, File, Film, Folder } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '#shared/protocol/files.ts';
import { useAmounts } from './amount.tsx';
import classes from './file-list.module.css';
import { LongList } from './long-list.tsx';

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

/** A folder of the server, however many entries it has. */
export function FileList({ entries, total, onMore, onOpen, picked }: FileListProps) {
  const { t } = useTranslation('files');
  const picking = picked === undefined ? {} : { picked };
  return (
    <LongList
      items={entries}
      {...{ total, rowPx, onMore }}
      keyOf={({ path }) => path}
      height="16rem"
      label={t('content')}
      renderItem={(entry) => <Row entry={entry} onOpen={onOpen} {...picking} />}
    />
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
    <Group gap="xs" wrap="nowrap" h="100%" px="xs" className={classes.row}>
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
