import { Anchor, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { healthQuery } from '../../data/health.ts';

/** Which version this is, whose work it stands on, and where its API is described. */
export function AboutSection() {
  const { t } = useTranslation('settings');
  const health = useQuery(healthQuery);
  return (
    <Stack gap="lg">
      <Text size="lg" fw={600} mih="1.6em">
        {health.isSuccess ? t('about.version', { version: health.data.version }) : null}
      </Text>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('about.api')}
        </Title>
        <Text size="sm">{t('about.apiText')}</Text>
        <List size="sm" spacing={4}>
          <List.Item>
            <Anchor size="sm" href="/api/docs" target="_blank">
              {t('about.docs')}
            </Anchor>
          </List.Item>
          <List.Item>
            <Anchor size="sm" href="/api/v1/openapi.json" target="_blank">
              {t('about.openapi')}
            </Anchor>
          </List.Item>
        </List>
      </Stack>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('about.licence')}
        </Title>
        <Text size="sm">{t('about.mit')}</Text>
        <Text size="sm">{t('about.ffmpeg')}</Text>
        <Text size="sm">{t('about.others')}</Text>
      </Stack>
    </Stack>
  );
}
