import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type LinesFieldProps = {
  label: string;
  description: ReactNode;
  error: string | undefined;
  disabled: boolean;
  lines: readonly string[];
  onChange: (lines: string[]) => void;
  /** Other ways to add a line. */
  more?: ReactNode;
  /** What is known about a line, below it. */
  note?: (line: string) => ReactNode;
};

/** Several texts of the same kind, one below the other. */
export function LinesField({ label, description, error, disabled, lines, onChange, more, note }: LinesFieldProps) {
  const { t } = useTranslation('settings');
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={description}
      error={error}
      role="group"
      aria-label={label}
    >
      <Stack gap="xs" mt="xs" align="flex-start">
        {lines.map((line, at) => (
          // The place is what they are told apart by: a line changes with every key.
          <Group key={`line ${at + 1}`} gap="xs" wrap="nowrap" w="100%" align="flex-start">
            <TextInput
              flex={1}
              aria-label={t('form.line', { label, number: at + 1 })}
              value={line}
              disabled={disabled}
              description={note?.(line)}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              onChange={({ currentTarget }) => onChange(lines.with(at, currentTarget.value))}
            />
            {disabled ? null : (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('form.remove', { line: line === '' ? String(at + 1) : line })}
                onClick={() => onChange(lines.filter((_, other) => other !== at))}
              >
                <Trash2 size={18} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
        {disabled ? null : (
          <Group gap="xs">
            {more}
            <Button
              variant="default"
              size="xs"
              leftSection={<Plus size={14} aria-hidden />}
              onClick={() => onChange([...lines, ''])}
            >
              {t('form.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </Input.Wrapper>
  );
}
