import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { useNowMs } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';

/** How many files a folder has, when it was looked through, and what keeps it from being watched. */
export function FolderState({ folder }: { folder: WatchFolderView }) {
  const words = useScanWords()(folder);
  const notes = [folder.root.note, folder.watchNote].filter((note) => note !== null);
  return (
    <>
      {words === null ? null : (
        <Text size="sm" c="dimmed">
          {words}
        </Text>
      )}
      {notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
    </>
  );
}

function useScanWords(): (folder: WatchFolderView) => string | null {
  const { t } = useTranslation('library');
  const amounts = useAmounts();
  const nowMs = useNowMs();
  return ({ enabled, scan: { state, files, finishedAt } }) => {
    if (!enabled) return null;
    const shown = amounts.count(files);
    switch (state) {
      case 'waiting':
        return t('scan.waiting');
      case 'running':
        return t('scan.running', { count: files, shown });
      case 'idle':
        return finishedAt === null
          ? null
          : t('scan.idle', { count: files, shown, ago: amounts.relative(finishedAt, nowMs) });
    }
  };
}
