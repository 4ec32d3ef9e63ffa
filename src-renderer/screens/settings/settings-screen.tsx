import { Container, Paper, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SectionLinks } from './section-links.tsx';

/** Where each thing is set. */
export function SettingsScreen() {
  const { t } = useTranslation('settings');
  return (
    <Container size="sm" p={0}>
      <Stack>
        <Title order={1}>{t('title')}</Title>
        <Paper withBorder p="sm">
          <SectionLinks explained />
        </Paper>
      </Stack>
    </Container>
  );
}
