import { useTranslation } from 'react-i18next';
import type { JobErrorCode } from '#shared/model/failure.ts';

type NextStep = 'replace' | 'room' | 'connect' | 'rights' | 'encoder' | 'crew' | 'memory' | 'expired' | 'again';

const codes: Readonly<Record<Exclude<NextStep, 'again'>, readonly JobErrorCode[]>> = {
  replace: [
    'bad-input',
    'not-found',
    'not-media',
    'not-a-file',
    'empty',
    'disguised-playlist',
    'no-video',
    'unknown-duration',
    'truncated-source',
    'truncated-no-index',
    'no-sound-left',
  ],
  room: ['disk-full'],
  connect: ['root-offline'],
  rights: ['permission', 'unreadable'],
  encoder: ['encoder-missing', 'encoder-failed', 'no-encoder'],
  crew: ['node-lost'],
  memory: ['out-of-memory'],
  expired: ['expired'],
};
const steps = new Map<string, NextStep>(
  (['replace', 'room', 'connect', 'rights', 'encoder', 'crew', 'memory', 'expired'] as const).flatMap((step) =>
    codes[step].map((code) => [code, step] as const),
  ),
);

/** What helps after a failure, by the code of the job's error, in the reader's language. */
export function useNextStep(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => t(`next.${steps.get(code) ?? 'again'}`);
}
