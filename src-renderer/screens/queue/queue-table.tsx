import { VisuallyHidden } from '@mantine/core';
import { useTable } from '@tanstack/react-table';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { type Drag, QueueDrag } from './queue-drag.tsx';
import { queueColumns, queueFeatures } from './queue-columns.tsx';
import { queuePageRows } from '../../data/queue.ts';
import { JobMenu } from './job-menu.tsx';
import { BlankRow, QueueRow } from './queue-row.tsx';
import { rowsShift } from './rows-shift.ts';
import { isChosen, type Selection } from './selection.ts';
import { useTopOf } from './use-top-of.ts';

export type QueueTableProps = {
  total: number;
  jobs: ReadonlyMap<number, Job>;
  /** Fixed: the place of any row is known without drawing those above it. */
  rowPx: number;
  selection: Selection;
  /** Whether this person may do something to jobs. */
  maySteer: boolean;
  /** Whether rows stand in the order of the queue, which may be changed. */
  isSortable: boolean;
  /** Which pages are in sight. Not which rows: those change with every frame of a scroll. */
  onPages: (first: number, last: number) => void;
  onChoose: (id: string, isIn: boolean) => void;
  onChooseAll: (isIn: boolean) => void;
  onDrop: (drag: Drag) => void;
};

const overscan = 5;
const columnIds = ['film', 'state', 'progress', 'profile', 'added'] as const;

/** A list of any length, of which only what is in sight is drawn. */
export function QueueTable(props: QueueTableProps) {
  const { total, jobs, rowPx, selection, maySteer, onPages, onChooseAll, onDrop } = props;
  const { t } = useTranslation('queue');
  const amounts = useAmounts();
  const isSortable = props.isSortable && maySteer;
  const [drag, setDrag] = useState<Drag | null>(null);
  const [menu, setMenu] = useState<{ job: Job; topPx: number } | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const bodyTop = useTopOf(body);
  const virtualizer = useWindowVirtualizer({
    count: total,
    estimateSize: () => rowPx,
    overscan,
    scrollMargin: bodyTop,
    useFlushSync: false,
    // The row that is held stays, however far the list is scrolled under it.
    rangeExtractor: (range) => {
      const rows = defaultRangeExtractor(range);
      return drag === null || rows.includes(drag.from) ? rows : [...rows, drag.from].sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowPx]);
  const items = virtualizer.getVirtualItems();
  const first = Math.floor((items[0]?.index ?? 0) / queuePageRows);
  const last = Math.floor((items.at(-1)?.index ?? 0) / queuePageRows);
  useLayoutEffect(() => onPages(first, last), [onPages, first, last]);
  useStandStill(jobs, rowPx, () => virtualizer.range?.startIndex ?? 0);

  const places = useMemo(() => [...jobs.keys()], [jobs]);
  const data = useMemo(() => [...jobs.values()], [jobs]);
  const table = useTable({ features: queueFeatures, columns: queueColumns, data, getRowId: ({ id }) => id });
  const { rows } = table.getRowModel();
  const rowAt = useMemo(() => new Map(places.map((place, at) => [place, rows[at]])), [places, rows]);
  const [openMenu] = useState(() => (job: Job, topPx: number) => setMenu({ job, topPx }));

  const shown = (
    <div
      role="table"
      aria-label={t('title')}
      aria-rowcount={total + 1}
      className="queue-table"
      data-steers={maySteer || undefined}
      data-sortable={isSortable || undefined}
    >
      <div role="rowgroup" className="queue-headings">
        <div role="row" aria-rowindex={1} className="queue-head">
          {maySteer ? (
            <div role="columnheader" className="queue-choose">
              <label className="queue-tick">
                <input
                  type="checkbox"
                  checked={selection.kind === 'all' && selection.except.size === 0}
                  aria-label={t('chooseAll', { count: total, shown: amounts.count(total) })}
                  onChange={({ currentTarget }) => onChooseAll(currentTarget.checked)}
                />
              </label>
            </div>
          ) : null}
          {isSortable ? (
            <div role="columnheader" className="queue-grip">
              <VisuallyHidden>{t('columns.place')}</VisuallyHidden>
            </div>
          ) : null}
          {columnIds.map((id) => (
            <div key={id} role="columnheader" className={`queue-${id}`}>
              {t(`columns.${id}`)}
            </div>
          ))}
          {maySteer ? (
            <div role="columnheader" className="queue-menu">
              <VisuallyHidden>{t('columns.actions')}</VisuallyHidden>
            </div>
          ) : null}
        </div>
      </div>
      <div ref={body} role="rowgroup" className="queue-body" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rowAt.get(index);
          const topPx = start - bodyTop;
          if (row === undefined) return <BlankRow key={index} index={index} topPx={topPx} />;
          return (
            <QueueRow
              key={row.id}
              row={row}
              index={index}
              topPx={topPx}
              isChosen={maySteer && isChosen(selection, row.id)}
              isMenuOpen={menu?.job.id === row.id}
              isSortable={isSortable}
              onChoose={maySteer ? props.onChoose : null}
              onMenu={maySteer ? openMenu : null}
            />
          );
        })}
        {drag === null || drag.to === drag.from ? null : (
          <div className="queue-drop" style={{ top: (drag.to > drag.from ? drag.to + 1 : drag.to) * rowPx }} />
        )}
      </div>
      {menu === null ? null : (
        <JobMenu
          key={menu.job.id}
          job={menu.job}
          topPx={menu.topPx}
          place={isSortable ? (places.find((place) => jobs.get(place)?.id === menu.job.id) ?? null) : null}
          jobs={jobs}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
  if (!isSortable) return shown;
  return (
    <QueueDrag jobs={jobs} total={total} rowPx={rowPx} onDrag={setDrag} onDrop={onDrop}>
      {shown}
    </QueueDrag>
  );
}

/** When jobs come or go above, the list is moved along, so that what one reads stays where it is. */
function useStandStill(jobs: ReadonlyMap<number, Job>, rowPx: number, firstSeen: () => number): void {
  const before = useRef<ReadonlyMap<string, number>>(new Map());
  const settle = useEffectEvent((read: ReadonlyMap<number, Job>) => {
    const now = new Map([...read].map(([index, { id }]) => [id, index]));
    const shift = rowsShift(before.current, now);
    before.current = now;
    // Who stands at the top sees what is new.
    if (shift !== 0 && firstSeen() > 0) window.scrollBy({ top: shift * rowPx, behavior: 'instant' });
  });
  useLayoutEffect(() => settle(jobs), [jobs]);
}
