import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DesktopMode } from '#shared/protocol/desktop.ts';
import { Fault } from '../../components/fault.tsx';
import { ModeChoice } from '../../components/mode-choice.tsx';
import { useChooseMode } from '../../data/desktop.ts';

/** The one question of a first start. */
export function FirstChoice() {
  const { t } = useTranslation('desktop');
  const [mode, setMode] = useState<DesktopMode>('server');
  const choose = useChooseMode();
  return (
    <Stack>
      <ModeChoice label={t('choice.label')} value={mode} withBoth={false} onChange={setMode} />
      <Text size="sm" c="dimmed">
        {t('choice.later')}
      </Text>
      {choose.isError ? <Fault error={choose.error} /> : null}
      <Button size="md" loading={choose.isPending} onClick={() => choose.mutate(mode)}>
        {t('choice.go')}
      </Button>
    </Stack>
  );
}
