import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { Fault } from '../../components/fault.tsx';
import { profilesQuery } from '../../data/profiles.ts';
import { useMay } from '../../data/session.ts';
import { DeletedProfiles } from './deleted-profiles.tsx';
import { ImportProfile } from './import-profile.tsx';
import { ProfileRows } from './profile-rows.tsx';

/** The recipes that films are made by: those that come with Encrew, and one's own. */
export function ProfilesScreen() {
  const { t } = useTranslation('profiles');
  const profiles = useQuery(profilesQuery('living'));
  const mayChange = useMay('admin');
  return (
    <Stack maw={960} gap="lg">
      <Group justify="space-between" align="flex-start">
        <Stack gap={2} maw={640}>
          <Title order={1}>{t('title')}</Title>
          <Text c="dimmed">{t('lead')}</Text>
        </Stack>
        {mayChange ? <ImportProfile /> : null}
      </Group>
      {profiles.isPending ? <Waiting /> : null}
      {profiles.isError ? <Fault error={profiles.error} onRetry={() => void profiles.refetch()} /> : null}
      {profiles.isSuccess ? <BothKinds profiles={profiles.data} mayChange={mayChange} /> : null}
      {mayChange ? <DeletedProfiles /> : null}
    </Stack>
  );
}

function BothKinds({ profiles, mayChange }: { profiles: readonly ProfileView[]; mayChange: boolean }) {
  const { t } = useTranslation('profiles');
  const own = profiles.filter(({ builtIn }) => !builtIn);
  const taken = profiles.map(({ name }) => name);
  return (
    <>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('own')}
        </Title>
        {own.length === 0 ? (
          <Text c="dimmed">{t(mayChange ? 'noneYet' : 'none')}</Text>
        ) : (
          <ProfileRows profiles={own} taken={taken} mayChange={mayChange} label={t('own')} />
        )}
      </Stack>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('builtIn')}
        </Title>
        <ProfileRows
          profiles={profiles.filter(({ builtIn }) => builtIn).sort((a, b) => rankOf(a) - rankOf(b))}
          taken={taken}
          mayChange={mayChange}
          label={t('builtIn')}
        />
      </Stack>
    </>
  );
}

/** What most people want comes first. */
const ranks = ['hls-universal', 'mp4-1080p', 'hls-hevc-hdr', 'hls-anime', 'mp4-av1', 'mkv-archive', 'draft'];

function rankOf({ name }: ProfileView): number {
  return ranks.includes(name) ? ranks.indexOf(name) : ranks.length;
}

function Waiting() {
  return (
    <Stack gap="xs" aria-hidden>
      {[1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} height={72} />
      ))}
    </Stack>
  );
}
