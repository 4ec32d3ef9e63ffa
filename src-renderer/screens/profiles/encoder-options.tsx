import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePart, useEditing } from './editing.ts';
import { useRecipeWords } from './words.ts';

const at = 'video.options';

/** More options of the encoder, as FFmpeg calls them. */
export function EncoderOptions() {
  const { t } = useTranslation('profiles');
  const { label, hint } = useRecipeWords();
  const { faultAt } = useEditing();
  const [{ options }, put] = usePart('video');
  const [name, setName] = useState('');
  const isFree = /^[A-Za-z0-9_-]{1,40}$/.test(name) && !(name in options);
  return (
    <Stack gap="xs" maw={640}>
      <Input.Wrapper labelElement="div" label={label(at)} description={hint(at)} />
      {Object.entries(options).map(([option, value]) => {
        const fault = faultAt(`${at}.${option}`);
        return (
          <Group key={option} gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              flex={1}
              label={option}
              value={value}
              onChange={({ currentTarget }) => put({ options: { ...options, [option]: currentTarget.value } })}
              {...(fault === undefined ? {} : { error: fault })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('remove', { name: option })}
              onClick={() =>
                put({ options: Object.fromEntries(Object.entries(options).filter(([o]) => o !== option)) })
              }
            >
              <X size={18} aria-hidden />
            </ActionIcon>
          </Group>
        );
      })}
      <Group gap="xs" align="flex-end">
        <TextInput
          label={t('optionName')}
          placeholder="aq-mode"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button
          variant="default"
          leftSection={<Plus size={16} aria-hidden />}
          disabled={!isFree}
          onClick={() => {
            put({ options: { ...options, [name]: '' } });
            setName('');
          }}
        >
          {t('addOption')}
        </Button>
      </Group>
    </Stack>
  );
}
