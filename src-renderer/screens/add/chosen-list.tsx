import { ActionIcon, Progress, Stack, Text } from '@mantine/core';
import { CircleCheck, Film, Folder, Pause, Play, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import { ServerSays } from '../../components/server-says.tsx';
import { useFaultWords } from '../../components/server-words.ts';
import type { SentFilm } from '../../data/uploads.ts';
import { useUploadDesk } from '../../data/uploads-context.tsx';
import type { ChosenFilm } from './chosen.ts';
import { FetchedLine } from './fetched-line.tsx';
import { FilmLine } from './film-line.tsx';

type Props = {
  chosen: readonly ChosenFilm[];
  sent: readonly SentFilm[];
  onChoose: (films: readonly ChosenFilm[]) => void;
};

/** What will be added, with how far it is that is still on its way. */
export function ChosenList({ chosen, sent, onChoose }: Props) {
  const { t } = useTranslation('add');
  const amounts = useAmounts();
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
      {chosen.map(({ path, name, isFolder, sizeBytes }) => (
        <FilmLine
          key={path}
          icon={isFolder ? <Folder size={18} aria-hidden /> : <Film size={18} aria-hidden />}
          name={name}
          about={isFolder ? t('chosen.folder') : sizeBytes === null ? '' : amounts.bytes(sizeBytes)}
          title={path}
        >
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('chosen.remove', { name })}
            onClick={() => onChoose(chosen.filter((one) => one.path !== path))}
          >
            <X size={16} aria-hidden />
          </ActionIcon>
        </FilmLine>
      ))}
      {sent.map((film) =>
        film.by === 'server' ? <FetchedLine key={film.key} film={film} /> : <SentLine key={film.key} film={film} />,
      )}
    </Stack>
  );
}

function SentLine({ film }: { film: SentFilm }) {
  const { t } = useTranslation('add');
  const amounts = useAmounts();
  const desk = useUploadDesk();
  const faultWords = useFaultWords();
  const { key, name, folder, state, sentBytes, error } = film;
  const sizeBytes = film.sizeBytes ?? 0;
  const share = sizeBytes === 0 ? 0 : sentBytes / sizeBytes;
  const isMoving = state === 'waiting' || state === 'sending';
  const sizes = { sent: amounts.bytes(sentBytes), size: amounts.bytes(sizeBytes) };
  return (
    <FilmLine
      icon={
        state === 'there' ? (
          <CircleCheck size={18} aria-hidden />
        ) : state === 'failed' ? (
          <TriangleAlert size={18} aria-hidden />
        ) : (
          <Film size={18} aria-hidden />
        )
      }
      name={[...folder, name].join(' / ')}
      about={t(`sent.${state}`, sizes)}
      title={name}
      below={
        state === 'there' ? null : (
          <>
            <Progress value={Math.floor(share * 100)} size="sm" aria-label={t('sent.progress', { name })} />
            {error === null ? null : (
              <div role="alert">
                {error.code === 'UNREACHABLE' ? (
                  <Text size="sm">{t('sent.unreachable')}</Text>
                ) : (
                  <ServerSays said={faultWords(error)} />
                )}
              </div>
            )}
          </>
        )
      }
    >
      {state === 'there' ? null : (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t(isMoving ? 'sent.hold' : 'sent.resume', { name })}
          onClick={() => (isMoving ? desk.hold(key) : desk.resume(key))}
        >
          {isMoving ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t(state === 'there' ? 'chosen.remove' : 'sent.cancel', { name })}
        onClick={() => desk.remove(key)}
      >
        <X size={16} aria-hidden />
      </ActionIcon>
    </FilmLine>
  );
}
