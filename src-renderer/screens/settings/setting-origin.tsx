import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SettingView } from '#shared/protocol/settings.ts';
import { useSettingWords } from './setting-words.ts';

export type SettingOriginProps = { setting: SettingView; onReset: () => void };

/** Where a value comes from, what it was at first, and when it counts. */
export function SettingOrigin({ setting, onReset }: SettingOriginProps) {
  const { t } = useTranslation('settings');
  const { title } = useSettingWords()(setting);
  const { value, active, origin, where, needsRestart } = setting;
  const isWaiting = JSON.stringify(value) !== JSON.stringify(active);
  const isHeld = origin === 'flag' || origin === 'environment';
  const parts = [
    t(`origin.${origin}`, { where: where.replace(/^the flag /, '') }),
    ...(needsRestart && !isWaiting && !isHeld ? [t('form.restart')] : []),
  ];
  return (
    <>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {parts.join(' · ')}
        </Text>
        {origin === 'file' ? (
          <Button variant="subtle" size="compact-xs" aria-label={t('form.resetOne', { title })} onClick={onReset}>
            {t('form.reset')}
          </Button>
        ) : null}
      </Group>
      {isWaiting ? (
        <Text size="sm" fw={600}>
          {t('form.waiting')}
        </Text>
      ) : null}
    </>
  );
}
