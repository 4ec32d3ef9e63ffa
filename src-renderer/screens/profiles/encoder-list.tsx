import { ActionIcon, Group, Input, Stack, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AddFromList } from './add-from-list.tsx';
import { codecOf, encodersOf, makerOf } from './codecs.ts';
import { useEditing } from './editing.ts';
import classes from './profiles.module.css';
import { movedTo, Sortable, SortableItem } from './sortable.tsx';
import { useRecipeWords } from './words.ts';

export type EncoderListProps = { at: string; encoders: readonly string[]; onChange: (encoders: string[]) => void };

/** Encoders in order of preference: the first that a machine has makes the job. */
export function EncoderList({ at, encoders, onChange }: EncoderListProps) {
  const { t } = useTranslation('profiles');
  const { label, hint } = useRecipeWords();
  const { faultAt } = useEditing();
  const codec = codecOf(encoders[0] ?? '');
  const free = codec === null ? [] : encodersOf[codec].filter((encoder) => !encoders.includes(encoder));
  const nameOf = (encoder: string) => `${makerOf(encoder) ?? t('software')} (${encoder})`;
  const fault = faultAt(at) ?? encoders.map((_, i) => faultAt(`${at}[${i}]`)).find((found) => found !== undefined);
  return (
    <Stack gap="xs">
      <Input.Wrapper labelElement="div" label={label(at)} description={hint(at)} />
      <Sortable
        items={encoders.map((encoder) => ({ id: encoder, name: nameOf(encoder) }))}
        onMove={(from, to) => onChange(movedTo(encoders, from, to))}
      >
        <ul className={classes['items']} aria-label={label(at)}>
          {encoders.map((encoder, i) => (
            <SortableItem key={encoder} id={encoder} name={nameOf(encoder)}>
              <Group justify="space-between" className={classes['grow']} wrap="nowrap" mih={34}>
                <Text size="sm">{nameOf(encoder)}</Text>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={t('remove', { name: nameOf(encoder) })}
                  disabled={encoders.length === 1}
                  onClick={() => onChange(encoders.toSpliced(i, 1))}
                >
                  <X size={18} aria-hidden />
                </ActionIcon>
              </Group>
            </SortableItem>
          ))}
        </ul>
      </Sortable>
      {fault === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      )}
      {free.length === 0 ? null : (
        <AddFromList
          label={t('addEncoder')}
          options={free.map((encoder) => ({ value: encoder, label: nameOf(encoder) }))}
          onAdd={(encoder) => onChange([...encoders, encoder])}
        />
      )}
    </Stack>
  );
}
