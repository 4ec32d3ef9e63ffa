import {
  DndContext,
  type DragMoveEvent,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { VisuallyHidden } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { filmName } from '../../components/film-name.ts';

export type Drag = {
  id: string;
  /** Where it was taken up. */
  from: number;
  /** Where it would come to stand. */
  to: number;
};

export type QueueDragProps = {
  jobs: ReadonlyMap<number, Job>;
  total: number;
  rowPx: number;
  onDrag: (drag: Drag | null) => void;
  onDrop: (drag: Drag) => void;
  children: ReactNode;
};

/** Lets rows be taken by their grip and put elsewhere: by mouse, by finger, or by Space and the arrow keys. */
export function QueueDrag({ jobs, total, rowPx, onDrag, onDrop, children }: QueueDragProps) {
  const { t } = useTranslation('queue');
  const amounts = useAmounts();
  const [held, setHeld] = useState<Job | null>(null);
  const [place, setPlace] = useState<number | null>(null);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 150, tolerance: 8 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: ({ code }, { currentCoordinates: { x, y } }) => {
        if (code === 'ArrowDown') return { x, y: y + rowPx };
        if (code === 'ArrowUp') return { x, y: y - rowPx };
        return undefined;
      },
    }),
  );
  const dragOf = ({ active, delta }: Pick<DragMoveEvent, 'active' | 'delta'>): Drag => {
    const from = Number(active.data.current?.['index'] ?? 0);
    const to = Math.min(total - 1, Math.max(0, from + Math.round(delta.y / rowPx)));
    return { id: String(active.id), from, to };
  };
  const end = (): void => {
    setHeld(null);
    setPlace(null);
    onDrag(null);
  };
  return (
    <DndContext
      sensors={sensors}
      onDragStart={({ active }) => setHeld([...jobs.values()].find(({ id }) => id === active.id) ?? null)}
      onDragMove={(event) => {
        const drag = dragOf(event);
        setPlace(drag.to + 1);
        onDrag(drag);
      }}
      onDragCancel={end}
      onDragEnd={(event) => {
        end();
        const drag = dragOf(event);
        if (drag.to !== drag.from) onDrop(drag);
      }}
      accessibility={{
        screenReaderInstructions: { draggable: t('dragging.how') },
        announcements: {
          onDragStart: () => t('dragging.start'),
          onDragOver: () => undefined,
          onDragEnd: () => t('dragging.end'),
          onDragCancel: () => t('dragging.cancel'),
        },
      }}
    >
      {children}
      <VisuallyHidden role="status" aria-live="assertive">
        {place === null ? '' : t('dragging.over', { place: amounts.count(place), all: amounts.count(total) })}
      </VisuallyHidden>
      <DragOverlay dropAnimation={null}>
        {held === null ? null : <div className="queue-dragged">{filmName(held.input).name}</div>}
      </DragOverlay>
    </DndContext>
  );
}
