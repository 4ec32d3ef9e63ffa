import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { roleSuffices } from '#shared/model/user.ts';
import { ScreenLink } from '../../components/links.tsx';
import { isInDesktop } from '../../data/desktop.ts';
import { useSession } from '../../data/session.ts';
import { sectionGroups } from './sections.ts';

export type SectionLinksProps = {
  /** With a sentence about each, as on a page of their own. */
  explained?: boolean;
};

/** The sections that this person may see, by whose they are. */
export function SectionLinks({ explained = false }: SectionLinksProps) {
  const { t } = useTranslation('settings');
  const { role } = useSession();
  return (
    <Stack component="nav" gap="md" aria-label={t('sections')}>
      {sectionGroups.map(({ name, sections }) => {
        const seen = sections.filter(
          (section) => roleSuffices(role, section.role) && (section.isDesktops !== true || isInDesktop()),
        );
        if (seen.length === 0) return null;
        return (
          <div key={name}>
            {explained ? (
              <Title order={2} size="h5" mb={4} px="xs">
                {t(`group.${name}`)}
              </Title>
            ) : (
              <Text size="xs" fw={600} c="dimmed" px="xs" mb={2}>
                {t(`group.${name}`)}
              </Text>
            )}
            {seen.map(({ name: section, Icon }) => (
              <ScreenLink
                key={section}
                to="/settings/$section"
                params={{ section }}
                label={t(`${section}.title`)}
                description={explained ? t(`${section}.about`) : undefined}
                leftSection={<Icon size={18} aria-hidden />}
                activeProps={{ active: true, 'aria-current': 'page' }}
              />
            ))}
          </div>
        );
      })}
    </Stack>
  );
}
