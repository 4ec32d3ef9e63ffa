import { useDraggable } from '@dnd-kit/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { filmName } from '../../components/film-name.ts';
import { FilmCell, ProgressCell, StateCell } from './queue-cells.tsx';
import { QueueMark } from './queue-marks.tsx';
import { isOpen } from './queue-search.ts';
import type { RowWords } from './use-row-words.ts';

export type QueueRowProps = {
  job: Job;
  words: RowWords;
  /** What people call the job's profile. */
  profile: string;
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
export const QueueRow = memo(JobRow);

function JobRow(props: QueueRowProps) {
  const { job, words, profile, index, topPx, isChosen, isMenuOpen, isSortable, onChoose, onMenu } = props;
  const { name } = filmName(job.input);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      {...(onChoose === null ? {} : { 'aria-selected': isChosen })}
      className="queue-row"
      data-chosen={isChosen || undefined}
      style={{ top: topPx }}
    >
      {onChoose === null ? null : (
        <div role="cell" className="queue-choose">
          <label className="queue-tick">
            <input
              type="checkbox"
              checked={isChosen}
              aria-label={words.choose(name)}
              onChange={({ currentTarget }) => onChoose(job.id, currentTarget.checked)}
            />
          </label>
        </div>
      )}
      {isSortable ? (
        <div role="cell" className="queue-grip">
          {isOpen(job.state) ? <Grip id={job.id} index={index} label={words.drag(name)} /> : null}
        </div>
      ) : null}
      <div role="cell" className="queue-film">
        <FilmCell job={job} />
      </div>
      <div role="cell" className="queue-state">
        <StateCell job={job} words={words} />
      </div>
      <div role="cell" className="queue-progress">
        <ProgressCell job={job} words={words} />
      </div>
      <div role="cell" className="queue-profile" title={profile}>
        {profile}
      </div>
      <div role="cell" className="queue-added">
        <time dateTime={job.createdAt} title={words.dateTime(job.createdAt)}>
          {words.ago(job.createdAt)}
        </time>
      </div>
      {onMenu === null ? null : (
        <div role="cell" className="queue-menu">
          <button
            type="button"
            className="queue-icon"
            aria-label={words.actionsFor(name)}
            aria-haspopup="menu"
            aria-expanded={isMenuOpen}
            onClick={() => onMenu(job, topPx)}
          >
            <QueueMark mark="menu" sizePx={18} />
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
      <QueueMark mark="grip" sizePx={18} />
    </button>
  );
}

/** A row that has not been read yet. */
export function BlankRow({ index, topPx }: { index: number; topPx: number }) {
  const { t } = useTranslation();
  return (
    <div role="row" aria-rowindex={index + 2} className="queue-row" data-blank style={{ top: topPx }}>
      <div role="cell" className="queue-blank" aria-label={t('loading')} />
    </div>
  );
}
