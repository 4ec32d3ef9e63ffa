import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LimitsForm } from './limits-draft.ts';

/** Where folders of the server lie on a machine that shares a disk with it. */
export function PathMapsEditor({ form }: { form: LimitsForm }) {
  const { t } = useTranslation('crew');
  return (
    <Fieldset legend={t('limits.maps')} variant="filled">
      <Stack gap="md" align="flex-start">
        <Text size="sm" c="dimmed">
          {t('limits.mapsHint')}
        </Text>
        {form.values.pathMaps.map(({ found }, index) => (
          <Group key={`${index}`} align="flex-end" gap="sm" w="100%">
            <TextInput
              flex={1}
              miw={180}
              label={t('limits.mapServer')}
              placeholder="/media/films"
              {...form.getInputProps(`pathMaps.${index}.serverPath`)}
            />
            <TextInput
              flex={1}
              miw={180}
              label={t('limits.mapNode')}
              placeholder="Z:\films"
              {...(found === true ? { description: t('limits.mapFound') } : {})}
              {...form.getInputProps(`pathMaps.${index}.nodePath`)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('limits.mapRemove')}
              onClick={() => form.removeListItem('pathMaps', index)}
            >
              <X size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => form.insertListItem('pathMaps', { serverPath: '', nodePath: '' })}
        >
          {t('limits.mapAdd')}
        </Button>
      </Stack>
    </Fieldset>
  );
}
