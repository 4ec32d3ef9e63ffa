import { Alert, Button, Group, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingView } from '#shared/protocol/settings.ts';
import { Fault } from '../../components/fault.tsx';
import { settingsQuery } from '../../data/settings.ts';
import { SettingField } from './setting-field.tsx';
import { SettingOrigin } from './setting-origin.tsx';
import type { Draft } from './use-draft.ts';

export type SettingsFormProps = {
  keys: readonly string[];
  /** Whoever holds it asks before the page is left. */
  draft: Draft;
  /** In place of the control that its schema asks for; null for that one. */
  field?: (setting: SettingView, draft: Draft) => ReactNode;
};

/** Settings of the server with what is to be known of each, saved together. */
export function SettingsForm({ keys, draft, field }: SettingsFormProps) {
  const { t } = useTranslation('settings');
  const list = useQuery(settingsQuery);
  if (list.isError) return <Fault error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton h={64 * keys.length} aria-hidden />;
  const settings = keys.flatMap((key) => list.data.items.filter((setting) => setting.key === key));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        draft.save(settings);
      }}
    >
      <Stack gap="lg">
        {list.data.problem === null ? null : (
          <Alert color="yellow" title={t('form.broken')}>
            {list.data.problem}
          </Alert>
        )}
        {settings.map((setting) => (
          <Stack key={setting.key} gap={4}>
            {field?.(setting, draft) ?? (
              <SettingField
                setting={setting}
                value={draft.valueOf(setting)}
                error={draft.faultOf(setting)}
                onChange={(value) => draft.set(setting, value)}
              />
            )}
            <SettingOrigin setting={setting} onReset={() => draft.set(setting, setting.default)} />
          </Stack>
        ))}
        {draft.error === null ? null : <Fault error={draft.error} />}
        <Group>
          <Button type="submit" disabled={!draft.isDirty} loading={draft.isSaving}>
            {t('save')}
          </Button>
          {draft.isDirty ? (
            <Button variant="default" onClick={draft.discard}>
              {t('form.discard')}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </form>
  );
}
