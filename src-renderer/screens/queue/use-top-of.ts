import { type RefObject, useLayoutEffect, useState } from 'react';

/** Where an element begins on the page, in pixels, also when what stands above it grows. */
export function useTopOf(element: RefObject<HTMLElement | null>): number {
  const [topPx, setTopPx] = useState(0);
  useLayoutEffect(() => {
    const look = (): void => {
      if (element.current !== null) setTopPx(element.current.getBoundingClientRect().top + window.scrollY);
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return topPx;
}
