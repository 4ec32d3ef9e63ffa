import { EllipsisVertical, GripVertical } from 'lucide-react';
import { memo } from 'react';
import type { JobState } from '#shared/model/job.ts';
import { stateLooks } from '../../components/state-badge.tsx';

/*
 * The marks of rows: drawn once for the whole list, and shown by each row.
 */

type Mark = JobState | 'grip' | 'menu';

const idStart = 'queue-mark-';

/** All marks, unseen. Stands once beside the rows. */
export const QueueMarks = memo(Marks);

function Marks() {
  return (
    <svg className="queue-marks" aria-hidden>
      {Object.entries(stateLooks).map(([state, { Icon }]) => (
        <symbol key={state} id={`${idStart}${state}`}>
          <Icon size={13} />
        </symbol>
      ))}
      <symbol id={`${idStart}grip`}>
        <GripVertical size={18} />
      </symbol>
      <symbol id={`${idStart}menu`}>
        <EllipsisVertical size={18} />
      </symbol>
    </svg>
  );
}

/** One of the marks. */
export function QueueMark({ mark, sizePx }: { mark: Mark; sizePx: number }) {
  return (
    <svg width={sizePx} height={sizePx} aria-hidden>
      <use href={`#${idStart}${mark}`} />
    </svg>
  );
}
