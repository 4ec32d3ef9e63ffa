import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SettingsForm } from './settings-form.tsx';

/** In the order in which people look for them; each group is saved by itself. */
const groups = [
  { name: 'work', keys: ['jobsAtOnce', 'jobTtlHours', 'node'] },
  { name: 'network', keys: ['host', 'port', 'mdns', 'fetchFrom', 'allowedOrigins'] },
  { name: 'keeping', keys: ['keepEventsDays', 'logLevel', 'open'] },
] as const;

/** What the owner of the server decides and no other section asks. */
export function GeneralSection() {
  const { t } = useTranslation('settings');
  return (
    <Stack gap="xl">
      {groups.map(({ name, keys }) => (
        <Stack key={name} gap="sm">
          <Title order={2} size="h4">
            {t(`general.${name}`)}
          </Title>
          <SettingsForm keys={keys} />
        </Stack>
      ))}
    </Stack>
  );
}
