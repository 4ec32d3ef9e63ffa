import { Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DesktopMode } from '#shared/protocol/desktop.ts';

const modes = ['server', 'node', 'both'] as const;

export type ModeChoiceProps = {
  label: string;
  value: DesktopMode | null;
  /** `both` is offered to those who have one already. */
  withBoth: boolean;
  onChange: (mode: DesktopMode) => void;
};

/** What this machine is. */
export function ModeChoice({ label, value, withBoth, onChange }: ModeChoiceProps) {
  const { t } = useTranslation('desktop');
  const offered = modes.filter((mode) => withBoth || mode !== 'both');
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(next) => {
        const mode = modes.find((one) => one === next);
        if (mode !== undefined) onChange(mode);
      }}
    >
      <Stack gap="xs" mt="xs">
        {offered.map((mode) => (
          <Radio.Card key={mode} value={mode} p="md" radius="md">
            <Radio.Indicator style={{ float: 'inline-end' }} />
            <Text fw={600}>{t(`mode.${mode}.title`)}</Text>
            <Text size="sm" c="dimmed">
              {t(`mode.${mode}.text`)}
            </Text>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}
