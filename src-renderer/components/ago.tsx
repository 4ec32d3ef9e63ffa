import { useSyncExternalStore } from 'react';
import { useAmounts } from './amount.tsx';

const tickMs = 15_000;

/** A time as people say it, which stays true while one looks; its date and hour as a hint. */
export function Ago({ at }: { at: string }) {
  const amounts = useAmounts();
  const nowMs = useNowMs();
  return (
    <time dateTime={at} title={amounts.dateTime(at)}>
      {amounts.relative(at, nowMs)}
    </time>
  );
}

/** The time, told every quarter of a minute. */
export function useNowMs(): number {
  return useSyncExternalStore(onTick, lastTickMs);
}

// One timer, however many rows a list has.
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let nowMs = Date.now();

function onTick(work: () => void): () => void {
  watchers.add(work);
  timer ??= setInterval(tick, tickMs);
  return () => {
    watchers.delete(work);
    if (watchers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  nowMs = Date.now();
  for (const work of watchers) work();
}

function lastTickMs(): number {
  // Nobody listened meanwhile.
  if (timer === null) nowMs = Math.floor(Date.now() / tickMs) * tickMs;
  return nowMs;
}
