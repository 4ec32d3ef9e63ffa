import { useTranslation } from 'react-i18next';
import { usePart } from './editing.ts';
import { ChoiceField, SwitchField } from './fields.tsx';
import { Fields, Section } from './section.tsx';

/** What is done to the picture before it is encoded. */
export function FilterSection() {
  const { t } = useTranslation('profiles');
  const [filters, put] = usePart('filters');
  return (
    <Section title={t('section.filters')}>
      <Fields>
        <ChoiceField
          at="filters.deinterlace"
          value={filters.deinterlace}
          options={['auto', 'always', 'off']}
          onChange={(deinterlace) => put({ deinterlace })}
        />
        <ChoiceField
          at="filters.crop"
          value={filters.crop}
          options={['auto', 'off']}
          onChange={(crop) => put({ crop })}
        />
        <ChoiceField
          at="filters.denoise"
          value={filters.denoise}
          options={['off', 'light', 'medium', 'strong']}
          onChange={(denoise) => put({ denoise })}
        />
        <SwitchField at="filters.deband" value={filters.deband} onChange={(deband) => put({ deband })} />
      </Fields>
    </Section>
  );
}
