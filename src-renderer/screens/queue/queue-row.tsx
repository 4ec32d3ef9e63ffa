import { useDraggable } from '@dnd-kit/core';
import { FlexRender, type Row } from '@tanstack/react-table';
import { EllipsisVertical, GripVertical } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { filmName } from '../../components/film-name.ts';
import type { queueFeatures } from './queue-columns.tsx';
import { isOpen } from './queue-search.ts';

export type QueueRowProps = {
  row: Row<typeof queueFeatures, Job>;
  /** Its place in the list, from 0. */
  index: number;
  topPx: number;
  isChosen: boolean;
  isMenuOpen: boolean;
  /** Whether rows can be dragged in this order. */
  isSortable: boolean;
  /** Null for who may only look. */
  onChoose: ((id: string, isIn: boolean) => void) | null;
  onMenu: ((job: Job, topPx: number) => void) | null;
};

/** A job. Rows come and go by the dozen while one scrolls: plain elements, and none is drawn again that has not changed. */
export const QueueRow = memo(JobRow, (before, now) => {
  const { row, ...rest } = now;
  if (before.row.original !== row.original) return false;
  return Object.entries(rest).every(([name, value]) => Reflect.get(before, name) === value);
});

function JobRow({ row, index, topPx, isChosen, isMenuOpen, isSortable, onChoose, onMenu }: QueueRowProps) {
  const { t } = useTranslation('queue');
  const job = row.original;
  const film = filmName(job.input);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      {...(onChoose === null ? {} : { 'aria-selected': isChosen })}
      className="queue-row"
      data-chosen={isChosen || undefined}
      style={{ transform: `translateY(${topPx}px)` }}
    >
      {onChoose === null ? null : (
        <div role="cell" className="queue-choose">
          <label className="queue-tick">
            <input
              type="checkbox"
              checked={isChosen}
              aria-label={t('choose', film)}
              onChange={({ currentTarget }) => onChoose(job.id, currentTarget.checked)}
            />
          </label>
        </div>
      )}
      {isSortable ? (
        <div role="cell" className="queue-grip">
          {isOpen(job.state) ? <Grip id={job.id} index={index} label={t('drag', film)} /> : null}
        </div>
      ) : null}
      {row.getAllCells().map((cell) => (
        <div key={cell.id} role="cell" className={`queue-${cell.column.id}`}>
          <FlexRender cell={cell} />
        </div>
      ))}
      {onMenu === null ? null : (
        <div role="cell" className="queue-menu">
          <button
            type="button"
            className="queue-icon"
            aria-label={t('actionsFor', film)}
            aria-haspopup="menu"
            aria-expanded={isMenuOpen}
            onClick={() => onMenu(job, topPx)}
          >
            <EllipsisVertical size={18} aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}

function Grip({ id, index, label }: { id: string; index: number; label: string }) {
  const { setNodeRef, listeners, attributes } = useDraggable({ id, data: { index } });
  return (
    <button
      ref={setNodeRef}
      type="button"
      className="queue-icon queue-drag"
      aria-label={label}
      aria-describedby={attributes['aria-describedby']}
      {...listeners}
    >
      <GripVertical size={18} aria-hidden />
    </button>
  );
}

/** A row that has not been read yet. */
export function BlankRow({ index, topPx }: { index: number; topPx: number }) {
  const { t } = useTranslation();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="queue-row"
      data-blank
      style={{ transform: `translateY(${topPx}px)` }}
    >
      <div role="cell" className="queue-blank" aria-label={t('loading')} />
    </div>
  );
}
