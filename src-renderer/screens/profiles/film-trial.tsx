import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Profile } from '#shared/model/profile.ts';
import { Fault } from '../../components/fault.tsx';
import { FolderBrowser } from '../../components/folder-browser.tsx';
import { PlanSummary } from '../../components/plan-summary.tsx';
import { recipePlanQuery } from '../../data/plans.ts';
import { fileRootsQuery, folderQuery } from '../../data/server-folders.ts';

/** What the recipe as it stands would make of a film; null while it has faults. Nothing is encoded. */
export function FilmTrial({ recipe }: { recipe: Profile | null }) {
  const { t } = useTranslation('profiles');
  const [film, setFilm] = useState<{ path: string; name: string } | null>(null);
  const [folder, setFolder] = useState<string | null>(null);
  return (
    <Stack gap="md">
      <Text>{t('trial.lead')}</Text>
      {film === null ? (
        <FilmBrowser folder={folder} onGo={setFolder} onPick={setFilm} />
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

type BrowserProps = {
  folder: string | null;
  onGo: (folder: string | null) => void;
  onPick: (film: { path: string; name: string }) => void;
};

function FilmBrowser({ folder, onGo, onPick }: BrowserProps) {
  const [search, setSearch] = useState('');
  const roots = useQuery(fileRootsQuery);
  const content = useInfiniteQuery({
    ...folderQuery({ path: folder ?? '', search, mediaOnly: true }),
    enabled: folder !== null,
  });
  if (roots.isError) return <Fault error={roots.error} onRetry={() => void roots.refetch()} />;
  if (roots.isPending) return <Skeleton height={140} />;
  const pages = content.data?.pages;
  const go = (next: string | null): void => {
    setSearch('');
    onGo(next);
  };
  return (
    <FolderBrowser
      roots={roots.data.items}
      path={folder}
      parent={pages?.[0]?.parent ?? null}
      entries={pages?.flatMap(({ items }) => items)}
      total={pages?.at(-1)?.total ?? 0}
      error={content.error}
      search={search}
      onSearch={setSearch}
      onGo={go}
      onMore={() => {
        if (content.hasNextPage && !content.isFetchingNextPage) void content.fetchNextPage();
      }}
      picked={{ has: () => false, onToggle: (entry) => (entry.isDirectory ? go(entry.path) : onPick(entry)) }}
    />
  );
}
