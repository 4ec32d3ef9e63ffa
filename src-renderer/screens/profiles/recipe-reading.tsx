import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Profile } from '#shared/model/profile.ts';
import { LadderView } from './ladder-editor.tsx';
import classes from './profiles.module.css';
import { Section } from './section.tsx';
import { settingsOf } from './settings-of.ts';
import { useValueText } from './value-text.ts';
import { useRecipeWords } from './words.ts';

const parts = ['picture', 'sound', 'subtitles', 'filters', 'package', 'original'] as const;
type Part = (typeof parts)[number];

/** A recipe for who can't change it. */
export function RecipeReading({ recipe }: { recipe: Profile }) {
  const { t } = useTranslation('profiles');
  const { label } = useRecipeWords();
  const valueText = useValueText();
  const settings = settingsOf(recipe).filter(({ path }) => !['title', 'description', 'name'].includes(path));
  return (
    <Stack gap="xl">
      <Section title={t('section.ladder')}>
        <LadderView ladder={recipe.video.ladder} />
      </Section>
      {parts.map((part) => (
        <Section key={part} title={t(`section.${part}`)}>
          <dl className={classes['settings']}>
            {settings
              .filter(({ path }) => partOf(path) === part)
              .map(({ path, value }) => (
                <div key={path}>
                  <dt>{label(path)}</dt>
                  <dd>{valueText(path, value)}</dd>
                </div>
              ))}
          </dl>
        </Section>
      ))}
    </Stack>
  );
}

function partOf(path: string): Part | null {
  if (path.startsWith('video.ladder[')) return null;
  switch (path.split('.')[0]?.replace(/\[.*/, '')) {
    case 'video':
      return 'picture';
    case 'audio':
      return 'sound';
    case 'subtitles':
      return 'subtitles';
    case 'filters':
      return 'filters';
    case 'originals':
      return 'original';
    default:
      return 'package';
  }
}
