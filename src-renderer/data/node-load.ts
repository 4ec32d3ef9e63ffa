import { useEffect, useEffectEvent, useState } from 'react';
import { useTaskNews } from './live-context.tsx';

/** `fps` is null while the node has tasks that FFmpeg says nothing of yet. */
export type LoadSample = { atMs: number; tasks: number; fps: number | null };

const everyMs = 2_000;
const keptMs = 10 * 60_000;

// Of every node that was looked at, so that its graph goes on where it was when one comes back.
const kept = new Map<string, readonly LoadSample[]>();

/** What a node did in the last ten minutes, as far as this page was there to see it. For one node as long as it is shown. */
export function useNodeLoad(nodeId: string, running: readonly { taskId: string; fps: number | null }[]) {
  const news = useTaskNews();
  const [samples, setSamples] = useState(() => kept.get(nodeId) ?? []);
  const sample = useEffectEvent(() => {
    const atMs = Date.now();
    const told = running.map(({ taskId, fps }) => news(taskId)?.fps ?? fps).filter((fps) => fps !== null);
    const fps = running.length > 0 && told.length === 0 ? null : told.reduce((sum, one) => sum + one, 0);
    const next = withSample(kept.get(nodeId) ?? [], { atMs, tasks: running.length, fps });
    kept.set(nodeId, next);
    setSamples(next);
  });
  useEffect(() => {
    const timer = setInterval(sample, everyMs);
    return () => clearInterval(timer);
  }, []);
  return samples;
}

/** The samples of the last ten minutes with one more; a pause of the page leaves a gap, not a line. */
export function withSample(samples: readonly LoadSample[], sample: LoadSample): LoadSample[] {
  const last = samples.at(-1);
  const isGap = last !== undefined && sample.atMs - last.atMs > 5 * everyMs;
  const gap: LoadSample[] = isGap ? [{ atMs: last.atMs + everyMs, tasks: 0, fps: null }] : [];
  return [...samples, ...gap, sample].filter(({ atMs }) => sample.atMs - atMs <= keptMs);
}
