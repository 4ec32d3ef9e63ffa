import { Box, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { type ComponentType, lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../data/session.ts';
import { ButtonLink } from '../../components/links.tsx';
import { SectionLinks } from './section-links.tsx';
import { type Section, type SectionName, sectionNamed } from './sections.ts';
import classes from './settings.module.css';

const parts: Readonly<Record<SectionName, ComponentType>> = {
  account: lazy(async () => ({ default: (await import('./account-section.tsx')).AccountSection })),
  tokens: lazy(async () => ({ default: (await import('./tokens-section.tsx')).TokensSection })),
  computer: lazy(async () => ({ default: (await import('./computer-section.tsx')).ComputerSection })),
  general: lazy(async () => ({ default: (await import('./general-section.tsx')).GeneralSection })),
  storage: lazy(async () => ({ default: (await import('./storage-section.tsx')).StorageSection })),
  schedule: lazy(async () => ({ default: (await import('./schedule-section.tsx')).ScheduleSection })),
  people: lazy(async () => ({ default: (await import('./people-section.tsx')).PeopleSection })),
  webhooks: lazy(async () => ({ default: (await import('./webhooks-section.tsx')).WebhooksSection })),
  errors: lazy(async () => ({ default: (await import('./errors-section.tsx')).ErrorsSection })),
  audit: lazy(async () => ({ default: (await import('./audit-section.tsx')).AuditSection })),
  health: lazy(async () => ({ default: (await import('./health-section.tsx')).HealthSection })),
  about: lazy(async () => ({ default: (await import('./about-section.tsx')).AboutSection })),
};

/** One section of the settings, beside the others where there is room. */
export function SectionScreen() {
  const { t } = useTranslation('settings');
  const { section: name } = useParams({ from: '/settings/$section' });
  const section = sectionNamed(name);
  return (
    <div className={classes['frame']}>
      <Box visibleFrom="md" className={classes['side']}>
        <SectionLinks />
      </Box>
      <div className={classes['content']}>
        <ButtonLink
          to="/settings"
          hiddenFrom="md"
          variant="subtle"
          size="compact-sm"
          mb="xs"
          leftSection={<ChevronLeft size={16} aria-hidden />}
        >
          {t('title')}
        </ButtonLink>
        {section === undefined ? <Title order={1}>{t('unknown')}</Title> : <Opened key={name} section={section} />}
      </div>
    </div>
  );
}

function Opened({ section: { name, role } }: { section: Section }) {
  const { t } = useTranslation(['settings', 'shell']);
  const may = useMay(role);
  const Part = parts[name];
  return (
    <Stack gap="lg">
      <Stack gap={4}>
        <Title order={1}>{t(`${name}.title`)}</Title>
        <Text c="dimmed">{t(may ? `${name}.about` : 'mayNot', { role: t(`shell:role.${role}`) })}</Text>
      </Stack>
      {may ? (
        <Suspense fallback={<Skeleton h={240} aria-hidden />}>
          <Part />
        </Suspense>
      ) : null}
    </Stack>
  );
}
