import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Profile } from '#shared/model/profile.ts';
import type { ServerFolder } from '#shared/protocol/files.ts';
import { Fault } from '../../components/fault.tsx';
import { FolderBrowser } from '../../components/folder-browser.tsx';
import { PlanSummary } from '../../components/plan-summary.tsx';
import { recipePlanQuery } from '../../data/plans.ts';
import { useServerFolder } from '../../data/server-folders.ts';

/** What the recipe as it stands would make of a film; null while it has faults. Nothing is encoded. */
export function FilmTrial({ recipe }: { recipe: Profile | null }) {
  const { t } = useTranslation('profiles');
  const [film, setFilm] = useState<Film | null>(null);
  const folder = useServerFolder();
  return (
    <Stack gap="md">
      <Text>{t('trial.lead')}</Text>
      {film === null ? (
        <FilmBrowser folder={folder} onPick={setFilm} />
      ) : (
        <>
          <Group justify="space-between">
            <Text fw={600}>{film.name}</Text>
            <Button variant="default" size="xs" onClick={() => setFilm(null)}>
              {t('trial.another')}
            </Button>
          </Group>
          {recipe === null ? <Text>{t('trial.faults')}</Text> : <Plan input={film.path} recipe={recipe} />}
        </>
      )}
    </Stack>
  );
}

function Plan({ input, recipe }: { input: string; recipe: Profile }) {
  const { t } = useTranslation('profiles');
  const plan = useQuery(recipePlanQuery({ input, recipe }));
  if (plan.isError) return <Fault error={plan.error} onRetry={() => void plan.refetch()} />;
  if (plan.isSuccess) return <PlanSummary plan={plan.data} />;
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {t('trial.looking')}
      </Text>
      <Skeleton height={44} />
      <Skeleton height={140} />
    </Stack>
  );
}

type Film = { path: string; name: string };

function FilmBrowser({ folder, onPick }: { folder: ServerFolder; onPick: (film: Film) => void }) {
  return (
    <FolderBrowser
      {...folder}
      picked={{ has: () => false, onToggle: (entry) => (entry.isDirectory ? folder.onGo(entry.path) : onPick(entry)) }}
    />
  );
}
