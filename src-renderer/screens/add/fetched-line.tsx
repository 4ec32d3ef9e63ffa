import { ActionIcon, Progress } from '@mantine/core';
import { CircleCheck, Globe, RotateCw, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import { ServerSays } from '../../components/server-says.tsx';
import { type Said, useFaultWords } from '../../components/server-words.ts';
import type { SentFilm } from '../../data/uploads.ts';
import { useUploadDesk } from '../../data/uploads-context.tsx';
import { FilmLine } from './film-line.tsx';

/** A film that the server fetches: how far it is, or why it did not come. */
export function FetchedLine({ film }: { film: SentFilm }) {
  const { t } = useTranslation('add');
  const desk = useUploadDesk();
  const about = useAbout(film);
  const fault = useFetchFault(film);
  const { key, name, state, sizeBytes, sentBytes } = film;
  const isThere = state === 'there';
  const isFailed = state === 'failed';
  return (
    <FilmLine
      icon={
        isThere ? (
          <CircleCheck size={18} aria-hidden />
        ) : isFailed ? (
          <TriangleAlert size={18} aria-hidden />
        ) : (
          <Globe size={18} aria-hidden />
        )
      }
      {...{ name, about, title: name }}
      below={
        <>
          {isThere || isFailed || sizeBytes === null ? null : (
            <Progress
              // Screen readers say the number as it is.
              value={Math.floor((sentBytes / sizeBytes) * 100)}
              size="sm"
              aria-label={t('fetched.progress', { name })}
            />
          )}
          {fault === null ? null : (
            <div role="alert">
              <ServerSays said={fault} />
            </div>
          )}
        </>
      }
    >
      {isFailed ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('fetched.again', { name })}
          onClick={() => desk.resume(key)}
        >
          <RotateCw size={16} aria-hidden />
        </ActionIcon>
      ) : null}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t(isThere || isFailed ? 'chosen.remove' : 'fetched.cancel', { name })}
        onClick={() => desk.remove(key)}
      >
        <X size={16} aria-hidden />
      </ActionIcon>
    </FilmLine>
  );
}

function useAbout({ state, sizeBytes, sentBytes }: SentFilm): string {
  const { t } = useTranslation('add');
  const amounts = useAmounts();
  if (state === 'failed') return t('fetched.failed');
  if (state === 'there') return t('sent.there', { size: amounts.bytes(sentBytes) });
  if (sentBytes === 0) return t('fetched.asked');
  const sent = amounts.bytes(sentBytes);
  return sizeBytes === null
    ? t('fetched.soFar', { sent })
    : t('fetched.coming', { sent, size: amounts.bytes(sizeBytes) });
}

function useFetchFault({ fault, error }: SentFilm): Said | null {
  const { t } = useTranslation('add');
  const faultWords = useFaultWords();
  const said = (words: string): Said => ({ words, english: null });
  if (fault !== null) return said(t(`fetched.faults.${fault.code}`, { status: fault.status ?? 0 }));
  if (error === null) return null;
  return error.code === 'UNREACHABLE' ? said(t('fetched.noServer')) : faultWords(error);
}
