import { Alert, Button, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { type FilmFolders, filmFoldersQuery, useOpenFolders } from '../../data/film-folders.ts';
import { below } from './chosen.ts';
import { PlaceField } from './place-field.tsx';

/** Where films are and where packages go. `onDone` gets the latter. */
export function FoldersStep({ onDone }: { onDone: (place: string) => void }) {
  const folders = useQuery(filmFoldersQuery);
  if (folders.isError) return <Fault error={folders.error} onRetry={() => void folders.refetch()} />;
  if (folders.isPending) return <Skeleton h={220} maw={640} mt="md" />;
  return <FoldersForm folders={folders.data} onDone={onDone} />;
}

function FoldersForm({ folders, onDone }: { folders: FilmFolders; onDone: (place: string) => void }) {
  const { t } = useTranslation('welcome');
  const [films, setFilms] = useState(folders.roots[0] ?? '');
  const [place, setPlace] = useState<string | null>(null);
  const open = useOpenFolders();
  const outputDir = place ?? (films.trim() === '' ? '' : below(films.trim(), 'Encrew'));
  const isHeld = folders.heldBy !== null;
  const isReady = films.trim() !== '' && outputDir.trim() !== '';
  const save = (): void =>
    open.mutate({ films: films.trim(), packages: outputDir.trim() }, { onSuccess: () => onDone(outputDir.trim()) });
  return (
    <Stack
      component="form"
      maw={640}
      pt="md"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save();
      }}
    >
      <Text>{t('folders.text')}</Text>
      {isHeld ? (
        <Alert color="blue" title={t('folders.held', { where: folders.heldBy })}>
          <List size="sm">
            {folders.roots.map((root) => (
              <List.Item key={root}>{root}</List.Item>
            ))}
          </List>
        </Alert>
      ) : (
        <PlaceField
          anywhere
          label={t('folders.films')}
          description={t('folders.filmsText')}
          value={films}
          onChange={setFilms}
        />
      )}
      <PlaceField
        anywhere={!isHeld}
        label={t('folders.packages')}
        description={t('folders.packagesText')}
        value={outputDir}
        onChange={setPlace}
      />
      {open.error === null ? null : <Fault error={open.error} />}
      <div>
        <Button type="submit" disabled={!isReady} loading={open.isPending}>
          {t('next')}
        </Button>
      </div>
    </Stack>
  );
}
