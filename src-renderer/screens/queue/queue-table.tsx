import { VisuallyHidden } from '@mantine/core';
import { type RefObject, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { type Drag, QueueDrag } from './queue-drag.tsx';
import { JobMenu } from './job-menu.tsx';
import { QueueMarks } from './queue-marks.tsx';
import { BlankRow, QueueRow } from './queue-row.tsx';
import type { RowRange } from './rows-in-sight.ts';
import { rowsShift } from './rows-shift.ts';
import { isChosen, type Selection } from './selection.ts';
import { useRowWords } from './use-row-words.ts';
import { useRowsInSight } from './use-rows-in-sight.ts';

export type QueueTableProps = {
  total: number;
  /** The total as it is told. */
  shown: string;
  /** Whether there may be more than the total. */
  isMore: boolean;
  jobs: ReadonlyMap<number, Job>;
  /** What people call the profile of that name. */
  profileTitle: (name: string) => string;
  /** Of every row. */
  rowPx: number;
  selection: Selection;
  /** Whether this person may do something to jobs. */
  maySteer: boolean;
  /** Whether rows stand in the order of the queue, which may be changed. */
  isSortable: boolean;
  /** Which rows are drawn. */
  onRows: (rows: RowRange) => void;
  onChoose: (id: string, isIn: boolean) => void;
  onChooseAll: (isIn: boolean) => void;
  onDrop: (drag: Drag) => void;
};

const columnIds = ['film', 'state', 'progress', 'profile', 'added'] as const;

/** A list of any length, of which only what is in sight is drawn. */
export function QueueTable(props: QueueTableProps) {
  const { total, shown, isMore, jobs, rowPx, selection, maySteer, profileTitle, onRows, onChooseAll, onDrop } = props;
  const { t } = useTranslation('queue');
  const words = useRowWords();
  const isSortable = props.isSortable && maySteer;
  const [drag, setDrag] = useState<Drag | null>(null);
  const [menu, setMenu] = useState<{ job: Job; topPx: number } | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const { first, end } = useRowsInSight(body, total, rowPx);
  useLayoutEffect(() => onRows({ first, end }), [onRows, first, end]);
  useStandStill(jobs, { first, end }, rowPx, body);
  const drawn = Array.from({ length: end - first }, (_, place) => first + place);
  // The row that is held stays, however far the list is scrolled under it.
  if (drag !== null && (drag.from < first || drag.from >= end)) drawn.push(drag.from);
  const [openMenu] = useState(() => (job: Job, topPx: number) => setMenu({ job, topPx }));

  const table = (
    <div
      role="table"
      aria-label={t('title')}
      // ARIA 1.2: -1 where nobody knows.
      aria-rowcount={isMore ? -1 : total + 1}
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
                  aria-label={t('chooseAll', { count: total, shown })}
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
      <div ref={body} role="rowgroup" className="queue-body" style={{ height: total * rowPx }}>
        {drawn.map((index) => {
          const job = jobs.get(index);
          const topPx = index * rowPx;
          if (job === undefined) return <BlankRow key={index} index={index} topPx={topPx} />;
          return (
            <QueueRow
              key={job.id}
              job={job}
              words={words}
              profile={profileTitle(job.profile)}
              index={index}
              topPx={topPx}
              isChosen={maySteer && isChosen(selection, job.id)}
              isMenuOpen={menu?.job.id === job.id}
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
          place={isSortable ? placeOf(jobs, menu.job.id) : null}
          jobs={jobs}
          onClose={() => setMenu(null)}
        />
      )}
      <QueueMarks />
    </div>
  );
  if (!isSortable) return table;
  return (
    <QueueDrag jobs={jobs} total={total} rowPx={rowPx} onDrag={setDrag} onDrop={onDrop}>
      {table}
    </QueueDrag>
  );
}

function placeOf(jobs: ReadonlyMap<number, Job>, id: string): number | null {
  for (const [place, job] of jobs) if (job.id === id) return place;
  return null;
}

/** When jobs come or go above, the list is moved along, so that what one reads stays where it is. */
function useStandStill(
  jobs: ReadonlyMap<number, Job>,
  { first, end }: RowRange,
  rowPx: number,
  list: RefObject<HTMLElement | null>,
): void {
  const before = useRef(jobs);
  const settle = useEffectEvent((now: ReadonlyMap<number, Job>) => {
    const inSight = [...before.current].filter(([index]) => index >= first && index < end);
    before.current = now;
    const shift = rowsShift(placesIn(inSight), placesIn(now));
    if (shift === 0) return;
    // Who stands at the top sees what is new.
    const isAtTop = list.current === null || list.current.getBoundingClientRect().top > -rowPx;
    if (!isAtTop) window.scrollBy({ top: shift * rowPx, behavior: 'instant' });
  });
  useLayoutEffect(() => settle(jobs), [jobs]);
}

function placesIn(jobs: Iterable<readonly [number, Job]>): Map<string, number> {
  return new Map(Array.from(jobs, ([place, { id }]) => [id, place]));
}
