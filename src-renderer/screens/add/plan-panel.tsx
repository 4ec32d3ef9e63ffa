import { Select, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { PlanSummary } from '../../components/plan-summary.tsx';
import { folderQuery } from '../../data/server-folders.ts';
import { planQuery } from '../../data/plans.ts';
import type { SentFilm } from '../../data/uploads.ts';
import { type ChosenFilm, nameOf } from './chosen.ts';

type Props = {
  chosen: readonly ChosenFilm[];
  sent: readonly SentFilm[];
  profile: { id: string; version: number };
};

/** What would become of what was chosen; of many films, one at a time. */
export function PlanPanel({ chosen, sent, profile }: Props) {
  const { t } = useTranslation('add');
  const films = useFilmsToPlan(chosen, sent);
  const [wanted, setWanted] = useState<string | null>(null);
  const film = films.find(({ value }) => value === wanted) ?? films[0];
  if (chosen.length === 0 && sent.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('plan.none')}
      </Text>
    );
  }
  if (film === undefined) {
    return <Text size="sm">{t(sent.length > 0 ? 'plan.whenThere' : 'plan.perFilm')}</Text>;
  }
  return (
    <Stack gap="sm">
      {films.length > 1 ? (
        <Select
          label={t('plan.of')}
          data={films}
          value={film.value}
          onChange={setWanted}
          allowDeselect={false}
          searchable
          limit={100}
        />
      ) : null}
      <Plan input={film.value} profile={profile} />
    </Stack>
  );
}

function Plan({ input, profile }: { input: string; profile: Props['profile'] }) {
  const { t } = useTranslation('add');
  const plan = useQuery(planQuery({ input, profile: profile.id, profileVersion: profile.version }));
  if (plan.isError) return <Fault error={plan.error} onRetry={() => void plan.refetch()} />;
  if (plan.isPending) {
    return (
      <Stack gap="xs">
        <Text size="sm" role="status">
          {t('plan.looking')}
        </Text>
        <Skeleton h={44} />
        <Skeleton h={140} />
      </Stack>
    );
  }
  return <PlanSummary plan={plan.data} />;
}

/** Films that can be looked at now; of a folder those that lie right in it. */
function useFilmsToPlan(chosen: readonly ChosenFilm[], sent: readonly SentFilm[]): { value: string; label: string }[] {
  const folder = chosen.find(({ isFolder }) => isFolder)?.path ?? null;
  const inside = useInfiniteQuery({
    ...folderQuery({ path: folder ?? '', search: '', mediaOnly: true }),
    enabled: folder !== null,
  });
  const inFolder = folder === null ? [] : (inside.data?.pages[0]?.items ?? []);
  const all = [
    ...chosen.flatMap(({ isFolder, path, name }) => (isFolder ? [] : [{ value: path, label: name }])),
    ...sent.flatMap(({ input, name }) => (input === null ? [] : [{ value: input, label: name }])),
    ...inFolder.flatMap(({ isMedia, fault, path }) =>
      isMedia && fault === null ? [{ value: path, label: nameOf(path) }] : [],
    ),
  ];
  return [...new Map(all.map((film) => [film.value, film])).values()];
}
