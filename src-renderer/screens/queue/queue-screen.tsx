import './queue.css';
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ListVideo } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mostFound } from '#shared/protocol/page.ts';
import { useAmounts } from '../../components/amount.tsx';
import type { Amounts } from '../../components/amounts-in.ts';
import { Fault } from '../../components/fault.tsx';
import { useFaultNote } from '../../components/fault-note.ts';
import { useProfileTitles } from '../../components/profile-words.ts';
import { jobsKey } from '../../data/jobs.ts';
import { useRefreshBy } from '../../data/live-context.tsx';
import { useMoveJob } from '../../data/queue.ts';
import { profilesQuery } from '../../data/profiles.ts';
import { useMay } from '../../data/session.ts';
import { BulkBar } from './bulk-bar.tsx';
import type { Drag } from './queue-drag.tsx';
import { QueueFilters } from './queue-filters.tsx';
import { filterOf, type QueueSearch } from './queue-search.ts';
import { QueueTable } from './queue-table.tsx';
import { choose, chosenCount, everything, nothing, type Selection } from './selection.ts';
import { useBulk } from './use-bulk.tsx';
import type { RowRange } from './rows-in-sight.ts';
import { type Pages, pagesOf, useQueueWindow } from './use-queue-window.ts';

const route = getRouteApi('/queue');

const refreshKeys = [jobsKey];

/** Every job, however many. */
export function QueueScreen() {
  const { t } = useTranslation('queue');
  const amounts = useAmounts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const maySteer = useMay('operator');
  const [selection, setSelection] = useState<Selection>(nothing);
  const [pages, setPages] = useState<Pages>({ first: 0, last: 0 });
  const filter = useMemo(() => filterOf(search), [search]);
  const { total, jobs, error, retry } = useQueueWindow(filter, pages);
  const count = useLastKnown(total, filter);
  // A search counts no further.
  const isMore = search.search !== undefined && count === mostFound;
  const shown = shownCount(amounts, count ?? 0, isMore);
  const profiles = useQuery(profilesQuery('living'));
  const profileTitle = useProfileTitles(profiles.data);
  const move = useMoveJob();
  const onError = useFaultNote();
  useRefreshBy('dashboard', refreshKeys);

  const change = useCallback(
    (next: Partial<QueueSearch>): void => {
      setSelection(nothing);
      window.scrollTo({ top: 0, behavior: 'instant' });
      void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
    },
    [navigate],
  );
  const chosen = chosenCount(selection, count ?? 0);
  const chosenShown = shownCount(amounts, chosen, isMore && selection.kind === 'all');
  const bulk = useBulk(selection, filter, { count: chosen, shown: chosenShown }, () => setSelection(nothing));
  const onRows = useCallback(
    (rows: RowRange) => {
      const next = pagesOf(rows, count ?? 0);
      setPages((before) => (before.first === next.first && before.last === next.last ? before : next));
    },
    [count],
  );
  const onChoose = useCallback((id: string, isIn: boolean) => setSelection((before) => choose(before, [id], isIn)), []);
  const onDrop = ({ id, from, to }: Drag): void => {
    const neighbour = jobs.get(to);
    if (neighbour === undefined) return;
    move.mutate({ id, place: to > from ? { after: neighbour.id } : { before: neighbour.id } }, { onError });
  };
  const isNarrowed = Boolean(search.state ?? search.search ?? search.profile ?? search.batch);

  return (
    <Stack gap="md">
      <Group justify="space-between" align="baseline">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <Text c="dimmed" size="sm" role="status">
          {count === null ? '' : t('count', { count, shown })}
        </Text>
      </Group>
      <QueueFilters search={search} onChange={change} isPhone={isPhone} />
      {error === null ? null : <Fault error={error} onRetry={retry} />}
      {count === null && error === null ? <FirstRows isPhone={isPhone} /> : null}
      {count === 0 ? (
        <Stack align="center" gap="sm" py={60}>
          <ListVideo size={40} aria-hidden opacity={0.5} />
          <Text>{isNarrowed ? t('empty.noMatch') : t('empty.nothing')}</Text>
          {isNarrowed ? (
            <Button
              variant="default"
              onClick={() => change({ state: undefined, search: undefined, profile: undefined, batch: undefined })}
            >
              {t('empty.clear')}
            </Button>
          ) : maySteer ? (
            <Button component="a" href="/add">
              {t('empty.add')}
            </Button>
          ) : null}
        </Stack>
      ) : null}
      {count === null || count === 0 ? null : (
        <div>
          <QueueTable
            total={count}
            shown={shown}
            isMore={isMore}
            jobs={jobs}
            profileTitle={profileTitle}
            rowPx={isPhone ? 76 : 56}
            selection={selection}
            maySteer={maySteer}
            isSortable={search.sort === 'queue'}
            onRows={onRows}
            onChoose={onChoose}
            onChooseAll={(isIn) => setSelection(isIn ? everything : nothing)}
            onDrop={onDrop}
          />
          {chosen === 0 && bulk.running === null ? null : (
            <BulkBar
              chosen={{ count: chosen, shown: chosenShown }}
              all={{ count, shown }}
              bulk={bulk}
              onChooseAll={() => setSelection(everything)}
              onClear={() => setSelection(nothing)}
            />
          )}
        </div>
      )}
    </Stack>
  );
}

/** `10,000+` where there may be more. */
function shownCount(amounts: Amounts, count: number, isMore: boolean): string {
  return `${amounts.count(count)}${isMore ? '+' : ''}`;
}

/** The length of the list while pages of it are on their way: it does not shrink to nothing in between. */
function useLastKnown(total: number | null, filter: object): number | null {
  const [known, setKnown] = useState({ total, filter });
  if (total !== null && (known.total !== total || known.filter !== filter)) setKnown({ total, filter });
  return total ?? (known.filter === filter ? known.total : null);
}

function FirstRows({ isPhone }: { isPhone: boolean }) {
  const { t } = useTranslation();
  return (
    <Stack gap={8} aria-label={t('loading')} role="status">
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} height={isPhone ? 68 : 48} />
      ))}
    </Stack>
  );
}
