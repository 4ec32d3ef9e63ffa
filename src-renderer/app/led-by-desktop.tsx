import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { listenToDesktop } from '../data/desktop.ts';

/** The desktop app leads to a screen: a click on a notice, a link, films that came from outside. Shows nothing. */
export function LedByDesktop() {
  const router = useRouter();
  useEffect(
    () =>
      listenToDesktop((news) => {
        if (news.kind === 'go') router.history.push(news.to);
      }),
    [router],
  );
  return null;
}
