import { useTranslation } from 'react-i18next';
import { usePart } from './editing.ts';
import { ChoiceField, SwitchField } from './fields.tsx';
import { LanguageList } from './language-list.tsx';
import { Advanced, Fields, Section } from './section.tsx';

/** Which subtitles a film has, and in what form. */
export function SubtitleSection() {
  const { t } = useTranslation('profiles');
  const [subtitles, put] = usePart('subtitles');
  return (
    <Section title={t('section.subtitles')}>
      <LanguageList
        at="subtitles.languages"
        languages={subtitles.languages}
        onChange={(languages) => put({ languages })}
      />
      <Fields>
        <ChoiceField
          at="subtitles.otherLanguages"
          value={subtitles.otherLanguages}
          options={['keep', 'drop']}
          onChange={(otherLanguages) => put({ otherLanguages })}
        />
        <ChoiceField
          at="subtitles.burnIn"
          value={subtitles.burnIn}
          options={['never', 'forced', 'first']}
          onChange={(burnIn) => put({ burnIn })}
        />
      </Fields>
      <Advanced covers={[]} of={t('section.subtitles')}>
        <Fields>
          <ChoiceField
            at="subtitles.images"
            value={subtitles.images}
            options={['drop', 'burn-in']}
            onChange={(images) => put({ images })}
          />
          <SwitchField at="subtitles.webVtt" value={subtitles.webVtt} onChange={(webVtt) => put({ webVtt })} />
        </Fields>
      </Advanced>
    </Section>
  );
}
