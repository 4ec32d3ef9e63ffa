import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
} from 'react';
import type { LiveRoom } from '#shared/protocol/live.ts';
import { type JobProgress, type Live, type LiveState, liveLine, type TaskProgress } from './live.ts';

const LiveContext = createContext<Live | null>(null);

/** Holds the line to the server open while its children are shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [live] = useState(liveLine);
  useEffect(() => {
    live.open();
    return live.close;
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('there is no LiveProvider above');
  return live;
}

/** Whether the server can be heard. */
export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** How the job gets on at this moment; undefined while nothing is heard of it. */
export function useJobProgress(jobId: string): JobProgress | undefined {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, () => live.jobProgress(jobId));
}

/** How the task gets on at this moment; undefined while nothing is heard of it. */
export function useTaskProgress(taskId: string): TaskProgress | undefined {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, () => live.taskProgress(taskId));
}

/** What was heard last of any task, for who looks at it by a clock of their own. */
export function useTaskNews(): (taskId: string) => TaskProgress | undefined {
  return useLive().taskProgress;
}

/** Many events come at once when a batch is added: what is shown is read again once for all of them. */
const gatherMs = 400;

/** Reads queries again when something happened in the room, and after the line was lost. */
export function useRefreshBy(room: LiveRoom, queryKeys: readonly QueryKey[]): void {
  const live = useLive();
  const client = useQueryClient();
  const readAgain = useEffectEvent(() => {
    for (const queryKey of queryKeys) void client.invalidateQueries({ queryKey });
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const gather = (): void => {
      timer ??= setTimeout(() => {
        timer = null;
        readAgain();
      }, gatherMs);
    };
    const leave = live.follow(room, { event: gather });
    return () => {
      leave();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, room]);
}
