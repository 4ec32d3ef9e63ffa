import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon } from '@mantine/core';
import { GripVertical } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './profiles.module.css';

export type SortableProps = {
  /** In the order that is shown; the names are for who does not see it. */
  items: readonly { id: UniqueIdentifier; name: string }[];
  onMove: (from: number, to: number) => void;
  children: ReactNode;
};

/** A list whose items are dragged, or moved with the keys: space, up or down, space. */
export function Sortable({ items, onMove, children }: SortableProps) {
  const { t } = useTranslation('profiles');
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const hasMoved = useRef(false);
  const placeOf = (id: UniqueIdentifier) => items.findIndex((item) => item.id === id);
  const said = (id: UniqueIdentifier, over: UniqueIdentifier | undefined) => ({
    name: items[placeOf(id)]?.name ?? '',
    place: placeOf(over ?? id) + 1,
    count: items.length,
  });
  const announcements: Announcements = {
    onDragStart: ({ active }) => {
      hasMoved.current = false;
      return t('sort.taken', said(active.id, undefined));
    },
    onDragOver: ({ active, over }) => {
      // It is over its own place from the start, which is no news.
      const isNews = hasMoved.current || over?.id !== active.id;
      hasMoved.current = isNews;
      return isNews ? t('sort.moved', said(active.id, over?.id)) : undefined;
    },
    onDragEnd: ({ active, over }) => t('sort.put', said(active.id, over?.id)),
    onDragCancel: ({ active }) => t('sort.back', said(active.id, undefined)),
  };
  const drop = ({ active, over }: DragEndEvent) => {
    if (over !== null && over.id !== active.id) onMove(placeOf(active.id), placeOf(over.id));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={drop}
      accessibility={{ announcements, screenReaderInstructions: { draggable: t('sort.how') } }}
    >
      <SortableContext items={items.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
    </DndContext>
  );
}

/** One item: its children beside a handle. */
export function SortableItem({ id, name, children }: { id: UniqueIdentifier; name: string; children: ReactNode }) {
  const { t } = useTranslation('profiles');
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    ...{ id, attributes: { roleDescription: t('sort.item') } },
  });
  // A picture that is squeezed to another row's height can't be read.
  const moved = transform === null ? null : { ...transform, scaleX: 1, scaleY: 1 };
  return (
    <li
      ref={setNodeRef}
      className={classes['item']}
      data-dragging={isDragging || undefined}
      style={{ transform: CSS.Transform.toString(moved), transition }}
    >
      <ActionIcon
        ref={setActivatorNodeRef}
        variant="subtle"
        color="gray"
        size="lg"
        className={classes['handle']}
        {...attributes}
        {...listeners}
        aria-label={t('sort.handle', { name })}
      >
        <GripVertical size={18} aria-hidden />
      </ActionIcon>
      {children}
    </li>
  );
}

/** The list with one item at another place. */
export function movedTo<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.toSpliced(from, 1);
  return rest.toSpliced(to, 0, ...items.slice(from, from + 1));
}
