import { useTranslation } from 'react-i18next';
import { useEditing } from './editing.ts';
import { ChoiceField, TextField } from './fields.tsx';
import { Advanced, Fields, Section } from './section.tsx';

/** What the profile is called, what it is for, and what comes out. */
export function AboutSection() {
  const { t } = useTranslation('profiles');
  const { draft, change } = useEditing();
  return (
    <Section title={t('section.about')}>
      <Fields>
        <TextField at="title" value={draft.title} onChange={(title) => change({ title })} maxLength={80} />
        <ChoiceField
          at="container"
          value={draft.container}
          options={['hls', 'mp4', 'mkv']}
          onChange={(container) => change({ container })}
        />
      </Fields>
      <TextField
        at="description"
        value={draft.description}
        onChange={(description) => change({ description })}
        maxLength={400}
      />
      <Advanced covers={['name']} of={t('section.about')}>
        <Fields>
          <TextField at="name" value={draft.name} onChange={(name) => change({ name })} />
        </Fields>
      </Advanced>
    </Section>
  );
}
