import { Accordion, NumberInput, Radio, Select, SimpleGrid, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FolderChoice, FolderField, type FolderFieldProps } from '../../components/folder-field.tsx';
import { useProfileWords } from '../../components/profile-words.ts';
import { profilesQuery } from '../../data/profiles.ts';
import { useServerFolder } from '../../data/server-folders.ts';
import type { RuleForm } from './rule-draft.ts';

type FormProps = { form: RuleForm };

/** What people decide of a watch folder; what most leave alone is folded away. */
export function RuleFields({ form }: FormProps) {
  const { t } = useTranslation('library');
  return (
    <Stack>
      <ServerFolderField
        label={t('rule.path')}
        description={t('rule.pathHint')}
        required
        data-autofocus
        {...form.getInputProps('path')}
      />
      <ProfileField form={form} />
      <ServerFolderField
        label={t('rule.outputDir')}
        description={t('rule.outputHint')}
        required
        {...form.getInputProps('outputDir')}
      />
      <Radio.Group label={t('rule.afterwards')} {...form.getInputProps('afterwards')}>
        <Stack gap={6} mt={6}>
          {(['keep', 'move', 'trash'] as const).map((what) => (
            <Radio key={what} value={what} label={t(`rule.${what}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {form.values.afterwards === 'move' ? (
        <ServerFolderField
          label={t('rule.moveDir')}
          description={t('rule.moveHint')}
          required
          {...form.getInputProps('moveDir')}
        />
      ) : null}
      <Switch label={t('rule.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
      <FinePoints form={form} />
    </Stack>
  );
}

function ServerFolderField(field: Omit<FolderFieldProps, 'renderChoice'>) {
  return <FolderField {...field} renderChoice={(onTake) => <Choice onTake={onTake} />} />;
}

function Choice({ onTake }: { onTake: (path: string) => void }) {
  return <FolderChoice {...useServerFolder()} onTake={onTake} />;
}

function ProfileField({ form }: FormProps) {
  const { t } = useTranslation('library');
  const words = useProfileWords();
  const profiles = useQuery(profilesQuery('living'));
  const options = (isBuiltIn: boolean) =>
    (profiles.data ?? [])
      .filter(({ builtIn }) => builtIn === isBuiltIn)
      .map((profile) => ({ value: profile.id, label: words(profile).title }));
  const data = [
    { group: t('rule.ownProfiles'), items: options(false) },
    { group: t('rule.builtIn'), items: options(true) },
  ].filter(({ items }) => items.length > 0);
  return (
    <Select
      label={t('rule.profile')}
      description={t('rule.profileHint')}
      required
      searchable
      data={data}
      {...form.getInputProps('profile')}
    />
  );
}

function FinePoints({ form }: FormProps) {
  const { t } = useTranslation('library');
  const hasFault = Object.keys(form.errors).some((path) => path.startsWith('rules.') || path === 'name');
  const excludeFault = Object.entries(form.errors).find(([path]) => path.startsWith('rules.exclude'))?.[1];
  return (
    <Accordion variant="contained" {...(hasFault ? { value: 'more' } : {})}>
      <Accordion.Item value="more">
        <Accordion.Control>{t('rule.more')}</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <TextInput label={t('rule.name')} description={t('rule.nameHint')} {...form.getInputProps('name')} />
            <TagsInput
              label={t('rule.exclude')}
              description={t('rule.excludeHint')}
              {...form.getInputProps('rules.exclude')}
              error={excludeFault}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
              <NumberInput
                label={t('rule.minSize')}
                description={t('rule.minSizeHint')}
                min={0}
                {...form.getInputProps('rules.minMegabytes')}
              />
              <NumberInput
                label={t('rule.priority')}
                description={t('rule.priorityHint')}
                min={-100}
                max={100}
                allowDecimal={false}
                {...form.getInputProps('rules.priority')}
              />
              <NumberInput label={t('rule.settle')} min={1} {...form.getInputProps('rules.settleSec')} />
              <NumberInput label={t('rule.rescan')} min={1} {...form.getInputProps('rules.rescanMinutes')} />
            </SimpleGrid>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
