import { ActionIcon, Group, Input, Stack, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '#shared/format/language.ts';
import { languageRows } from '#shared/format/language-table.ts';
import { AddFromList } from './add-from-list.tsx';
import { useEditing } from './editing.ts';
import classes from './profiles.module.css';
import { movedTo, Sortable, SortableItem } from './sortable.tsx';
import { useRecipeWords } from './words.ts';

export type LanguageListProps = { at: string; languages: readonly string[]; onChange: (languages: string[]) => void };

/** Languages in the order in which they are offered; the first one that a film has is its default. */
export function LanguageList({ at, languages, onChange }: LanguageListProps) {
  const { t, i18n } = useTranslation('profiles');
  const { label, hint } = useRecipeWords();
  const { faultAt } = useEditing();
  const named = useMemo(
    () =>
      languageRows
        .map(({ bibliographic }) => ({ value: bibliographic, label: languageName(bibliographic, i18n.language) }))
        .sort((a, b) => a.label.localeCompare(b.label, i18n.language)),
    [i18n.language],
  );
  const nameOf = (code: string) => languageName(code, i18n.language);
  return (
    <Stack gap="xs">
      <Input.Wrapper
        labelElement="div"
        label={label(at)}
        description={languages.length === 0 ? t('anyLanguage') : hint(at)}
      />
      <Sortable
        items={languages.map((code) => ({ id: code, name: nameOf(code) }))}
        onMove={(from, to) => onChange(movedTo(languages, from, to))}
      >
        <ul className={classes['items']} aria-label={label(at)}>
          {languages.map((code, i) => (
            <SortableItem key={code} id={code} name={nameOf(code)}>
              <Group justify="space-between" className={classes['grow']} wrap="nowrap" mih={34}>
                <Text size="sm">{nameOf(code)}</Text>
                <Group gap="xs" wrap="nowrap">
                  <Text size="sm" c="var(--mantine-color-error)">
                    {faultAt(`${at}[${i}]`)}
                  </Text>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={t('remove', { name: nameOf(code) })}
                    onClick={() => onChange(languages.toSpliced(i, 1))}
                  >
                    <X size={18} aria-hidden />
                  </ActionIcon>
                </Group>
              </Group>
            </SortableItem>
          ))}
        </ul>
      </Sortable>
      <AddFromList
        label={t('addLanguage')}
        options={named.filter(({ value }) => !languages.includes(value))}
        onAdd={(code) => onChange([...languages, code])}
      />
    </Stack>
  );
}
