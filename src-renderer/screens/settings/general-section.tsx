import { Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LeaveGuard } from '../../components/leave-guard.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useDraft } from './use-draft.ts';

/** In the order in which people look for them; each group is saved by itself. */
const groups = [
  { name: 'work', keys: ['jobsAtOnce', 'jobTtlHours', 'node'] },
  { name: 'network', keys: ['host', 'port', 'mdns', 'fetchFrom', 'allowedOrigins'] },
  { name: 'keeping', keys: ['keepEventsDays', 'logLevel', 'open'] },
] as const;

/** What the owner of the server decides and no other section asks. */
export function GeneralSection() {
  const { t } = useTranslation('settings');
  const drafts = { work: useDraft(), network: useDraft(), keeping: useDraft() };
  return (
    <Stack gap="xl">
      {groups.map(({ name, keys }) => (
        <Stack key={name} gap="sm">
          <Title order={2} size="h4">
            {t(`general.${name}`)}
          </Title>
          <SettingsForm keys={keys} draft={drafts[name]} />
        </Stack>
      ))}
      {/* One for all groups: each of its own would ask in its turn. */}
      <LeaveGuard isChanged={Object.values(drafts).some(({ isDirty }) => isDirty)} />
    </Stack>
  );
}
