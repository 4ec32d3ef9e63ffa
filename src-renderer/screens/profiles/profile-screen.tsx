import { Badge, Button, Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ArrowLeft, Copy, Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { Fault } from '../../components/fault.tsx';
import { TextLink } from '../../components/links.tsx';
import { useProfileWords } from '../../components/profile-words.ts';
import { profileFileUrl, profileQuery, profilesQuery } from '../../data/profiles.ts';
import { useMay } from '../../data/session.ts';
import { CloneProfile } from './clone-profile.tsx';
import { FilmTrial } from './film-trial.tsx';
import { RecipeEditor } from './recipe-editor.tsx';
import { RecipeReading } from './recipe-reading.tsx';
import { useRecipeEditing } from './use-recipe-editing.ts';
import { VersionsPanel } from './versions-panel.tsx';

const route = getRouteApi('/profiles/$id');

/** One profile: its recipe, to be read or changed, and its versions. */
export function ProfileScreen() {
  const { t } = useTranslation('profiles');
  const { id } = route.useParams();
  const profile = useQuery(profileQuery(id));
  const mayChange = useMay('admin');
  const isOwn = profile.isSuccess && !profile.data.builtIn && profile.data.deletedAt === null;
  return (
    <Stack maw={960} gap="lg">
      <TextLink to="/profiles" size="sm" w="fit-content">
        <ArrowLeft size={14} aria-hidden /> {t('title')}
      </TextLink>
      {profile.isPending ? <Skeleton height={320} /> : null}
      {profile.isError ? (
        <>
          <Title order={1}>{t('one')}</Title>
          <Fault error={profile.error} onRetry={() => void profile.refetch()} />
        </>
      ) : null}
      {profile.isSuccess && isOwn && mayChange ? <OwnProfile key={id} profile={profile.data} /> : null}
      {profile.isSuccess && !(isOwn && mayChange) ? (
        <ReadProfile key={id} profile={profile.data} mayCopy={mayChange} />
      ) : null}
    </Stack>
  );
}

function OwnProfile({ profile }: { profile: ProfileView }) {
  const editing = useRecipeEditing(profile);
  const [tab, setTab] = useState<TabName>('recipe');
  return (
    <>
      <Head profile={profile} mayCopy />
      <ProfileTabs
        tab={tab}
        onTab={setTab}
        recipe={<RecipeEditor profile={profile} editing={editing} />}
        trial={<FilmTrial recipe={editing.recipe} />}
        versions={
          <VersionsPanel profile={profile} mayChange hasChanges={editing.isChanged} onBack={() => setTab('recipe')} />
        }
      />
    </>
  );
}

function ReadProfile({ profile, mayCopy }: { profile: ProfileView; mayCopy: boolean }) {
  const mayTry = useMay('operator');
  const [tab, setTab] = useState<TabName>('recipe');
  const { recipe, builtIn } = profile;
  return (
    <>
      <Head profile={profile} mayCopy={mayCopy} />
      <ProfileTabs
        tab={tab}
        onTab={setTab}
        recipe={<RecipeReading recipe={recipe} />}
        trial={mayTry ? <FilmTrial recipe={recipe} /> : null}
        versions={
          builtIn ? null : <VersionsPanel profile={profile} mayChange={false} hasChanges={false} onBack={() => {}} />
        }
      />
    </>
  );
}

const tabNames = ['recipe', 'trial', 'versions'] as const;
type TabName = (typeof tabNames)[number];

type TabsProps = Record<TabName, ReactNode> & { tab: TabName; onTab: (tab: TabName) => void };

function ProfileTabs({ tab, onTab, ...panels }: TabsProps) {
  const { t } = useTranslation('profiles');
  const shown = tabNames.filter((name) => panels[name] !== null);
  if (shown.length === 1) return panels.recipe;
  return (
    <Tabs value={tab} onChange={(next) => onTab(tabNames.find((name) => name === next) ?? 'recipe')}>
      <Tabs.List mb="lg">
        {shown.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`tab.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map((name) => (
        <Tabs.Panel key={name} value={name}>
          {name === 'recipe' || name === tab ? panels[name] : null}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Head({ profile, mayCopy }: { profile: ProfileView; mayCopy: boolean }) {
  const { t } = useTranslation('profiles');
  const { title, purpose } = useProfileWords()(profile);
  const { builtIn, version } = profile;
  return (
    <Group justify="space-between" align="flex-start" gap="md">
      <Stack gap={4} maw={560}>
        <Group gap="sm">
          <Title order={1}>{title}</Title>
          <Badge variant="default" tt="none">
            {builtIn ? t('comesWith') : t('version', { version })}
          </Badge>
        </Group>
        <Text>{purpose}</Text>
        {builtIn && mayCopy ? <Text c="dimmed">{t('fixed')}</Text> : null}
      </Stack>
      <Group gap="xs">
        {mayCopy ? <CopyButton profile={profile} /> : null}
        <Button
          component="a"
          variant="default"
          href={profileFileUrl(profile.id)}
          download={`${profile.name}.json`}
          leftSection={<Download size={16} aria-hidden />}
        >
          {t('export')}
        </Button>
      </Group>
    </Group>
  );
}

function CopyButton({ profile }: { profile: ProfileView }) {
  const { t } = useTranslation('profiles');
  const [isOpen, setOpen] = useState(false);
  const all = useQuery(profilesQuery('living'));
  const taken = (all.data ?? []).map(({ name }) => name);
  return (
    <>
      <Button
        variant={profile.builtIn ? 'filled' : 'default'}
        leftSection={<Copy size={16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('copy.button')}
      </Button>
      {isOpen ? <CloneProfile profile={profile} taken={taken} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
