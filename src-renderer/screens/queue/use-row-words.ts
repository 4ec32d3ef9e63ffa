import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type JobError, type JobState, jobState } from '#shared/model/job.ts';
import { useAmounts } from '../../components/amount.tsx';
import { useNowMs } from '../../components/ago.tsx';
import { type Said, useFailureWords } from '../../components/server-words.ts';

/** What is written in rows. Asked for once for all of them: in each row it would cost more than all else there. */
export type RowWords = {
  state: (state: JobState) => string;
  /** Why it failed. */
  failure: (error: JobError) => Said;
  choose: (film: string) => string;
  drag: (film: string) => string;
  actionsFor: (film: string) => string;
  progressOf: (film: string) => string;
  /** `3 minutes ago`. */
  ago: (at: string) => string;
  /** `Ended 3 minutes ago`. */
  ended: (at: string) => string;
  /** `9 Mar 2026, 14:05`. */
  dateTime: (at: string) => string;
};

/** As long as amounts call it "now". */
const justNowMs = 45_000;

/** The words of rows in the language of this person: the same ones until the time that they tell has gone on. */
export function useRowWords(): RowWords {
  const { t } = useTranslation(['queue', 'shell']);
  const amounts = useAmounts();
  const nowMs = useNowMs();
  const failure = useFailureWords();
  const sentences = useMemo(() => sentencesIn(t), [t]);
  return useMemo(() => {
    const ago = (at: string): string => amounts.relative(at, nowMs);
    return {
      ...sentences,
      failure,
      ago,
      ended: (at) => (nowMs - Date.parse(at) < justNowMs ? t('endedNow') : t('ended', { ago: ago(at) })),
      dateTime: amounts.dateTime,
    };
  }, [sentences, failure, t, amounts, nowMs]);
}

type Sentences = Pick<RowWords, 'state' | 'choose' | 'drag' | 'actionsFor' | 'progressOf'>;

/** Stands where the name goes; no film is called like this. */
const hole = '\uFFFC';

function sentencesIn(t: TFunction<['queue', 'shell']>): Sentences {
  const about = (sentence: string) => (name: string) => sentence.replace(hole, () => name);
  const words = new Map(jobState.options.map((state) => [state, t(`shell:state.${state}`)]));
  return {
    state: (state) => words.get(state) ?? state,
    choose: about(t('choose', { name: hole })),
    drag: about(t('drag', { name: hole })),
    actionsFor: about(t('actionsFor', { name: hole })),
    progressOf: about(t('progressOf', { name: hole })),
  };
}
