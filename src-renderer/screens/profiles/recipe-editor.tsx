import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { Fault } from '../../components/fault.tsx';
import { LeaveGuard } from '../../components/leave-guard.tsx';
import { AboutSection } from './about-section.tsx';
import { EditingContext } from './editing.ts';
import { FilterSection } from './filter-section.tsx';
import { keepDraft } from './kept-draft.ts';
import { LadderEditor } from './ladder-editor.tsx';
import { OriginalSection } from './original-section.tsx';
import { PackageSection } from './package-section.tsx';
import { PictureSection } from './picture-section.tsx';
import classes from './profiles.module.css';
import { SoundSection } from './sound-section.tsx';
import { SubtitleSection } from './subtitle-section.tsx';
import type { RecipeEditing } from './use-recipe-editing.ts';
import { useRecipeWords } from './words.ts';

/** All of a recipe, to be changed. */
export function RecipeEditor({ profile, editing }: { profile: ProfileView; editing: RecipeEditing }) {
  const { t } = useTranslation('profiles');
  return (
    <EditingContext value={editing}>
      <Stack gap="xl">
        {editing.isFound && !editing.isOutdated ? <Alert color="blue">{t('found')}</Alert> : null}
        {editing.isOutdated ? <Outdated profile={profile} editing={editing} /> : null}
        <AboutSection />
        <LadderEditor />
        <PictureSection />
        <SoundSection />
        <SubtitleSection />
        <FilterSection />
        <PackageSection />
        <OriginalSection />
        <SaveBar profile={profile} editing={editing} />
      </Stack>
      <LeaveGuard
        isChanged={editing.isChanged}
        kept={{ text: t('leave.text'), onDiscard: () => keepDraft(profile.id, null) }}
      />
    </EditingContext>
  );
}

type Props = { profile: ProfileView; editing: RecipeEditing };

/** Somebody else saved meanwhile: nothing is lost, one has to say which is to stay. */
function Outdated({ profile: { version }, editing }: Props) {
  const { t } = useTranslation('profiles');
  return (
    <Alert color="yellow" role="alert" title={t('outdated.title', { version })}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('outdated.text', { base: editing.base, version })}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={editing.takeNewestAsBase}>
            {t('outdated.keepMine')}
          </Button>
          <Button size="xs" variant="default" onClick={editing.discard}>
            {t('outdated.takeTheirs', { version })}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function SaveBar({ profile, editing }: Props) {
  const { t } = useTranslation('profiles');
  const { label } = useRecipeWords();
  const { isChanged, isOutdated, faults, error } = editing;
  if (!isChanged) return null;
  const wrong = [...new Set(faults.map(({ path }) => label(path)))];
  return (
    <Stack gap="xs" className={classes['saveBar']} role="region" aria-label={t('save.region')}>
      {error === null ? null : <Fault error={error} />}
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status" {...(wrong.length > 0 ? { c: 'var(--mantine-color-error)' } : {})}>
          {wrong.length > 0 ? t('save.faults', { count: wrong.length, fields: wrong.join(', ') }) : t('save.unsaved')}
        </Text>
        <Group gap="xs">
          {wrong.length > 0 ? (
            <Button variant="subtle" onClick={goToFault}>
              {t('save.show')}
            </Button>
          ) : null}
          <Button variant="default" onClick={editing.discard}>
            {t('save.discard')}
          </Button>
          <Button onClick={editing.save} loading={editing.isSaving} disabled={wrong.length > 0 || isOutdated}>
            {t('save.button', { version: profile.version + 1 })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

function goToFault(): void {
  document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
}
