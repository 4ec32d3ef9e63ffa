import { ActionIcon, Button, Chip, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LimitsForm } from './limits-draft.ts';

const week = [1, 2, 3, 4, 5, 6, 0] as const;
/** A Sunday, in UTC. */
const aSunday = Date.UTC(2026, 0, 4);
const dayMs = 24 * 3600_000;

/** When a machine takes work: any number of days with a time from and to, which may go past midnight. */
export function HoursEditor({ form }: { form: LimitsForm }) {
  const { t, i18n } = useTranslation('crew');
  const format = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' });
  const nameOf = (day: number): string => format.format(aSunday + day * dayMs);
  return (
    <Fieldset legend={t('limits.hours')} variant="filled">
      <Stack gap="md" align="flex-start">
        <Text size="sm" c="dimmed">
          {t('limits.hoursHint')}
        </Text>
        {form.values.limits.hours.map((window, index) => (
          // Windows have no names, and are only added at the end.
          <Group key={`${index}`} align="flex-end" gap="sm">
            <Chip.Group
              multiple
              value={window.days.map(String)}
              onChange={(days) => form.setFieldValue(`limits.hours.${index}.days`, days.map(Number))}
            >
              <Group gap={4} role="group" aria-label={t('limits.days')}>
                {week.map((day) => (
                  <Chip key={day} value={String(day)} size="xs">
                    {nameOf(day)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <TextInput type="time" label={t('limits.from')} {...form.getInputProps(`limits.hours.${index}.from`)} />
            <TextInput type="time" label={t('limits.to')} {...form.getInputProps(`limits.hours.${index}.to`)} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('limits.hoursRemove')}
              onClick={() => form.removeListItem('limits.hours', index)}
            >
              <X size={16} aria-hidden />
            </ActionIcon>
            <FieldFault fault={form.errors[`limits.hours.${index}.days`]} />
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => form.insertListItem('limits.hours', { days: [...week], from: '22:00', to: '07:00' })}
        >
          {t('limits.hoursAdd')}
        </Button>
      </Stack>
    </Fieldset>
  );
}

function FieldFault({ fault }: { fault: ReactNode }) {
  return fault === undefined ? null : (
    <Text size="sm" c="red" role="alert">
      {fault}
    </Text>
  );
}
