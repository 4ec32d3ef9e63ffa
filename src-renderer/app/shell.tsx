import { ActionIcon, Alert, AppShell, Burger, Group, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import {
  CirclePlus,
  CircleUserRound,
  FolderSync,
  Footprints,
  House,
  Languages,
  ListVideo,
  LogOut,
  MonitorCog,
  Network,
  Settings,
  SlidersHorizontal,
  WifiOff,
} from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { roleSuffices } from '#shared/model/user.ts';
import { ScreenLink } from '../components/links.tsx';
import { Logo } from '../components/logo.tsx';
import { useLiveState } from '../data/live-context.tsx';
import { useSession, useSignOut } from '../data/session.ts';
import { DropAnywhere } from './drop-anywhere.tsx';
import { LedByDesktop } from './led-by-desktop.tsx';
import { chooseLanguage, languages } from './texts.ts';

const places = [
  { to: '/', name: 'home', Icon: House },
  { to: '/add', name: 'add', Icon: CirclePlus },
  { to: '/queue', name: 'queue', Icon: ListVideo },
  { to: '/crew', name: 'crew', Icon: Network },
  { to: '/library', name: 'library', Icon: FolderSync },
  { to: '/profiles', name: 'profiles', Icon: SlidersHorizontal },
  { to: '/settings', name: 'settings', Icon: Settings },
] as const;

/** What stands around every screen: where one can go, who is signed in, and whether the server can be heard. */
export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  const here = placeOf(path);
  useEffect(() => {
    document.title = here === null || here === 'home' ? 'Encrew' : `${t(`nav.${here}`)} · Encrew`;
  }, [here, t]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#main">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('nav.toggle')} />
            <Logo size={26} />
            <Text fw={700}>Encrew</Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            <LanguageMenu />
            <SchemeMenu />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('nav.label')}>
        <AppShell.Section grow className="places">
          {places.map(({ to, name, Icon }) => (
            <ScreenLink
              key={to}
              to={to}
              label={t(`nav.${name}`)}
              leftSection={<Icon size={18} aria-hidden />}
              activeOptions={{ exact: to === '/' }}
              active={name === here}
            />
          ))}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <LineLost />
        <DropAnywhere />
        <LedByDesktop />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

/** Whose screen that is: a job is looked at from the queue. Null for screens that no line leads to. */
function placeOf(path: string): (typeof places)[number]['name'] | null {
  if (path === '/') return 'home';
  if (path.startsWith('/jobs/')) return 'queue';
  return places.find(({ to }) => to !== '/' && path.startsWith(to))?.name ?? null;
}

function LineLost() {
  const { t } = useTranslation();
  if (useLiveState() !== 'lost') return null;
  return (
    <Alert color="yellow" icon={<WifiOff aria-hidden />} role="status" mb="md" title={t('lost.title')}>
      {t('lost.text')}
    </Alert>
  );
}

function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('language')}>
          <Languages size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(languages).map(([language, name]) => (
          <Menu.Item
            key={language}
            lang={language}
            fw={i18n.language === language ? 700 : 400}
            aria-current={i18n.language === language}
            onClick={() => void chooseLanguage(language)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SchemeMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('scheme.label')}>
          <MonitorCog size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            fw={colorScheme === scheme ? 700 : 400}
            aria-current={colorScheme === scheme}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`scheme.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PersonMenu() {
  const { t } = useTranslation();
  const { name, role } = useSession();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('account', { name })}>
          <CircleUserRound size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{`${name} · ${t(`role.${role}`)}`}</Menu.Label>
        {roleSuffices(role, 'admin') ? (
          <Menu.Item component={Link} to="/welcome" leftSection={<Footprints size={16} aria-hidden />}>
            {t('firstSteps')}
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
