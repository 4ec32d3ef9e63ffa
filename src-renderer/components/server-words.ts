import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobErrorCode } from '#shared/model/failure.ts';
import type { Finding, FindingCode } from '#shared/model/finding.ts';
import type { JobError } from '#shared/model/job.ts';
import type { BusySign, NodeOffer } from '#shared/model/node.ts';
import type { Decision, Reason } from '#shared/model/plan.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';

/*
 * The server writes English. What it says has a code, and each code has a sentence in every other language; the server's own
 * stands below that, since it has the names and numbers.
 */

/** What the server says to a person. Both are null while the words are on their way. */
export type Said = {
  /** In the reader's language; null where that is English, and for a code that nobody has words for. */
  words: string | null;
  /** The server's own sentence; null where it says nothing more. */
  english: string | null;
};

/** What a job or task failed by, to people. The same function while the language is: lists keep what it gave. */
export function useFailureWords(): (error: JobError) => Said {
  const texts = useServerTexts('server');
  return useMemo(() => {
    const { t, has, isReady } = texts;
    const isKnown = (code: string): code is JobErrorCode => has(`failure.${code}`);
    return ({ code, message: english }) => {
      if (!isReady) return unsaid;
      return { words: isKnown(code) ? t(`failure.${code}`) : null, english };
    };
  }, [texts]);
}

/** An error of a request, or of anything else, to people. */
export function useFaultWords(): (error: unknown) => Said {
  const { t: tShell } = useTranslation();
  const { t, has, isReady } = useServerTexts('server');
  const isKnown = (code: string): code is ProblemCode => has(`fault.${code}`);
  return (error) => {
    const { code, message, isParticular } = factsOfFault(error);
    if (code === 'UNREACHABLE') return { words: tShell('fault.unreachable'), english: null };
    if (code === 'PAGE-OUTDATED') return { words: tShell('fault.outdated'), english: null };
    if (!isReady) return unsaid;
    if (code === null || !isKnown(code)) return { words: null, english: message };
    return { words: t(`fault.${code}`), english: isParticular ? message : null };
  };
}

export type FaultFacts = {
  message: string;
  /** Null of what is no answer of the server. */
  code: string | null;
  requestId: string | null;
  /** Whether its message tells of this time, rather than of its code in general. */
  isParticular: boolean;
};

/** What the server's faults carry, and any other error lacks. */
export function factsOfFault(error: unknown): FaultFacts {
  const message = error instanceof Error ? error.message : String(error);
  if (typeof error !== 'object' || error === null) return { message, code: null, requestId: null, isParticular: true };
  return {
    message,
    code: 'code' in error && typeof error.code === 'string' ? error.code : null,
    requestId: 'requestId' in error && typeof error.requestId === 'string' ? error.requestId : null,
    isParticular: 'details' in error && typeof error.details === 'string',
  };
}

const unsaid: Said = { words: null, english: null };

/** Why the plan departs from the film as it is, to people. */
export function useReasonWords(): (decision: Decision) => Said {
  const { t, has, isReady } = useServerTexts('plan');
  const isKnown = (because: string): because is Reason => has(`because.${because}`);
  return ({ because, detail }) => {
    if (!isReady) return unsaid;
    return { words: isKnown(because) ? t(`because.${because}`) : null, english: detail === '' ? null : detail };
  };
}

/** What a check, a probe or a run has to say, to people. */
export function useFindingWords(): (finding: Finding) => Said {
  const { t, has, isReady } = useServerTexts('findings');
  const isKnown = (code: string): code is FindingCode => has(code);
  return ({ code, message, where }) => {
    if (!isReady) return unsaid;
    return { words: isKnown(code) ? t(code) : null, english: where === null ? message : `${where}: ${message}` };
  };
}

/** Why a node takes nothing new, to people; null while it does. */
export function useBusyWords(): (offer: NodeOffer | null) => string | null {
  const { t, isReady, has } = useServerTexts('server');
  const isTold = (sign: BusySign | null): sign is BusySign => sign !== null && has(`busy.${sign}`);
  return (offer) => {
    if (offer === null || offer.busy === null) return null;
    if (!isReady) return '';
    return isTold(offer.busySign) ? t(`busy.${offer.busySign}`) : offer.busy;
  };
}

/** Of English nothing is read, and it has no words: the server's own are better. */
function useServerTexts<Name extends 'server' | 'plan' | 'findings'>(name: Name) {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const isEnglish = language === 'en';
  const { ready } = useTranslation(isEnglish ? [] : [name], { useSuspense: false });
  return useMemo(
    () => ({
      t: i18n.getFixedT(language, name),
      has: (key: string) => !isEnglish && i18n.exists(key, { ns: name }),
      isReady: isEnglish || ready,
    }),
    [i18n, language, name, isEnglish, ready],
  );
}
