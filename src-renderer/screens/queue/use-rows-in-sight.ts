import { type RefObject, useEffectEvent, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { type RowRange, rowsInSight } from './rows-in-sight.ts';

/** The rows that are drawn of a list in the page's own scroll: some at once, so that most frames of a scroll draw none. */
export function useRowsInSight(list: RefObject<HTMLElement | null>, total: number, rowPx: number): RowRange {
  const [sight, setSight] = useState(() => ({ topPx: 0, windowPx: window.innerHeight }));
  const range = rowsInSight({ ...sight, rowPx, total });

  const look = useEffectEvent((draw: (work: () => void) => void) => {
    if (list.current === null) return;
    const now = { topPx: list.current.getBoundingClientRect().top, windowPx: window.innerHeight };
    const next = rowsInSight({ ...now, rowPx, total });
    if (next.first !== range.first || next.end !== range.end) draw(() => setSight(now));
  });
  useLayoutEffect(() => {
    // Drawn in the very frame that shows them; left to itself React draws them after it.
    const onScroll = (): void => look(flushSync);
    const observer = new ResizeObserver(() => look((work) => work()));
    observer.observe(document.body);
    window.addEventListener('scroll', onScroll, { passive: true });
    window.addEventListener('resize', onScroll);
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', onScroll);
      window.removeEventListener('resize', onScroll);
    };
  }, []);
  return range;
}
