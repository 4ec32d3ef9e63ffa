import { useTranslation } from 'react-i18next';
import { clockText } from '#shared/format/quantity.ts';
import type { JobError, Task } from '#shared/model/job.ts';
import { useFailureWords } from '../../components/server-words.ts';

/** What there is to say about the task of a part, a few words each. */
export function usePartWords(
  names: ReadonlyMap<string, string>,
  framesPerSec: number | null,
): (task: Task) => string[] {
  const { t } = useTranslation('job');
  const span = useSpan(framesPerSec);
  const failureWords = useFailureWords();
  const failure = (error: JobError): string => {
    const { words, english } = failureWords(error);
    return words ?? english ?? '';
  };
  const nameOf = (id: string): string => names.get(id) ?? id;
  return (task) => {
    const { nodeId, twinNodeId, state, attempt, chunk, error } = task;
    const where = chunk === null ? null : span(chunk.startFrame, chunk.frames);
    return [
      ...(where === null ? [] : [where]),
      nodeId === null ? t('map.nobody') : nameOf(nodeId),
      t(`map.state.${state}`),
      ...(attempt > 1 ? [t('map.attempt', { count: attempt })] : []),
      ...(twinNodeId === null ? [] : [t('map.twin', { name: nameOf(twinNodeId) })]),
      ...(error === null || state === 'completed' ? [] : [failure(error)]),
    ];
  };
}

/** Frames as a time in the film: `0:08 to 0:12`; null before the frame rate is known. */
export function useSpan(framesPerSec: number | null): (startFrame: number, frames: number) => string | null {
  const { t } = useTranslation('job');
  return (startFrame, frames) => {
    if (framesPerSec === null) return null;
    const from = clockText(startFrame / framesPerSec);
    return t('map.span', { from, to: clockText((startFrame + frames) / framesPerSec) });
  };
}
