import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { settings as settingsModel, type TimeWindow } from '#shared/model/settings.ts';
import type { SettingView } from '#shared/protocol/settings.ts';
import { OnlySettings } from './only-settings.tsx';
import { openMinutes, type OpenMinutes, windowsOf } from './open-week.ts';
import type { Draft } from './use-draft.ts';
import { WeekGrid } from './week-grid.tsx';

const everyDay = [0, 1, 2, 3, 4, 5, 6];

/** Weeks that many people want. */
const presets: readonly { name: 'always' | 'nights' | 'nightsAndWeekends'; windows: TimeWindow[] }[] = [
  { name: 'always', windows: [] },
  { name: 'nights', windows: [{ days: everyDay, from: '22:00', to: '07:00' }] },
  {
    name: 'nightsAndWeekends',
    windows: [
      // Until Monday morning.
      { days: [0, 1, 2, 3, 4, 5], from: '22:00', to: '07:00' },
      { days: [0, 6], from: '00:00', to: '00:00' },
    ],
  },
];

/** When tasks may begin: a week to draw on. */
export function ScheduleSection() {
  return <OnlySettings keys={['schedule']} field={drawnWeek} />;
}

function drawnWeek(setting: SettingView, draft: Draft): ReactNode {
  return <Schedule setting={setting} draft={draft} />;
}

function Schedule({ setting, draft }: { setting: SettingView; draft: Draft }) {
  const { t } = useTranslation('settings');
  const value = JSON.stringify(draft.valueOf(setting));
  const minutes = useMemo(() => openMinutes(windowsIn(JSON.parse(value))), [value]);
  const [isLast, setLast] = useState(false);
  const isHeld = setting.origin === 'flag' || setting.origin === 'environment';
  const draw = (drawn: OpenMinutes) => {
    // "Never" can't be said: whoever closed the last hour would open all of them.
    setLast(!drawn.some(Boolean));
    if (drawn.some(Boolean)) draft.set(setting, windowsOf(drawn));
  };
  return (
    <Stack>
      <Group gap="xs">
        {presets.map(({ name, windows }) => (
          <Button key={name} variant="default" size="xs" disabled={isHeld} onClick={() => draw(openMinutes(windows))}>
            {t(`schedule.${name}`)}
          </Button>
        ))}
      </Group>
      <Text size="sm">{t('schedule.how')}</Text>
      <WeekGrid minutes={minutes} disabled={isHeld} onChange={draw} />
      {isLast ? (
        <Alert color="yellow" role="status">
          {t('schedule.last')}
        </Alert>
      ) : null}
    </Stack>
  );
}

function windowsIn(value: unknown): TimeWindow[] {
  return settingsModel.shape.schedule.safeParse(value).data ?? [];
}
