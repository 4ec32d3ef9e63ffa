import { Box } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './long-list.module.css';

export type LongListProps<Item> = {
  /** What was read so far, of `total`. */
  items: readonly Item[];
  total: number;
  keyOf: (item: Item) => string;
  renderItem: (item: Item) => ReactNode;
  rowPx: number;
  /** Of the list, as CSS has it. */
  height: string;
  /** A short list is no higher than its rows. */
  isShrinking?: boolean;
  label: string;
  /** The end of what was read is in sight. */
  onMore: () => void;
};

/** How many rows before the end the next page is asked for. */
const aheadRows = 20;

/** A list however long: only the rows in sight are drawn, and a page is read when its end comes near. */
export function LongList<Item>(props: LongListProps<Item>) {
  const { items, total, keyOf, renderItem, rowPx, height, isShrinking = false, label, onMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const inSight = rows.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (items.length < total && last >= items.length - aheadRows) onMore();
  }, [items.length, total, last, onMore]);
  const wholePx = rows.getTotalSize();
  return (
    // Scrolled by keyboard also where nothing in it can be reached by it.
    <Box
      ref={scroller}
      className={classes['scroller']}
      style={{ height, ...(isShrinking ? { maxHeight: wholePx + 2 } : {}) }}
      tabIndex={0}
    >
      <div role="list" aria-label={label} style={{ height: wholePx, position: 'relative' }}>
        {inSight.map(({ index, start }) => {
          const item = items[index];
          return item === undefined ? null : (
            <div
              key={keyOf(item)}
              role="listitem"
              aria-setsize={total}
              aria-posinset={index + 1}
              className={classes['item']}
              style={{ height: rowPx, transform: `translateY(${start}px)` }}
            >
              {renderItem(item)}
            </div>
          );
        })}
      </div>
    </Box>
  );
}
