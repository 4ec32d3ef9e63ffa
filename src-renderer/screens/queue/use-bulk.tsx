import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import { useFaultNote } from '../../components/fault-note.ts';
import { useFaultWords } from '../../components/server-words.ts';
import { jobsKey, refusalOf } from '../../data/jobs.ts';
import { type BulkAction, matchingIds, type QueueFilter, steerMany } from '../../data/queue.ts';
import type { Selection } from './selection.ts';

/** How many jobs, and how that is told: `10,000+` where nobody counted on. */
export type Told = { count: number; shown: string };

export type Bulk = {
  /** What is under way; null while nothing is. */
  running: { action: BulkAction; done: number; count: number } | null;
  start: (action: BulkAction) => void;
  stop: () => void;
};

/** Does the same to all that are chosen, however many; `onDone` when it is over. */
export function useBulk(selection: Selection, filter: QueueFilter, chosen: Told, onDone: () => void): Bulk {
  const { t } = useTranslation('queue');
  const amounts = useAmounts();
  const client = useQueryClient();
  const tellFault = useFaultNote();
  const whyOf = useWhy();
  const [running, setRunning] = useState<Bulk['running']>(null);
  const stop = useRef(new AbortController());

  const run = async (action: BulkAction): Promise<void> => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    const tell = (done: number, count = chosen.count): void => setRunning({ action, done, count });
    tell(0);
    try {
      const all = selection.kind === 'some' ? [...selection.ids] : await matchingIds(filter, signal, () => tell(0));
      const ids = selection.kind === 'some' ? all : all.filter((id) => !selection.except.has(id));
      const { done, refused } = await steerMany(action, ids, signal, (count) => tell(count, ids.length));
      const words = { count: done.length, shown: amounts.count(done.length) };
      const [first] = refused;
      notifications.show({
        color: first === undefined ? 'green' : 'yellow',
        title: t(`bulk.done.${action}`, words),
        message:
          first === undefined
            ? null
            : t('bulk.refused', {
                count: refused.length,
                shown: amounts.count(refused.length),
                why: whyOf(refusalOf(first)),
              }),
      });
      onDone();
    } catch (error) {
      if (!signal.aborted) tellFault(error);
    } finally {
      setRunning(null);
      void client.invalidateQueries({ queryKey: jobsKey });
    }
  };

  return {
    running,
    stop: () => stop.current.abort(),
    start: (action) => {
      if (action !== 'cancel') {
        void run(action);
        return;
      }
      modals.openConfirmModal({
        title: t('cancel.title', chosen),
        children: t('cancel.many', { count: chosen.count }),
        labels: { confirm: t('cancel.confirm'), cancel: t('cancel.keep') },
        confirmProps: { color: 'red' },
        closeButtonProps: { 'aria-label': t('cancel.keep') },
        onConfirm: () => void run(action),
      });
    },
  };
}

/** An error as part of a sentence. */
function useWhy(): (error: unknown) => string {
  const faultWords = useFaultWords();
  return (error) => {
    const { words, english } = faultWords(error);
    return words ?? english ?? '';
  };
}
