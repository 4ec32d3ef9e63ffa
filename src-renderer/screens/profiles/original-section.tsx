import { Alert } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useEditing } from './editing.ts';
import { ChoiceField, NumberField } from './fields.tsx';
import { Fields, Section } from './section.tsx';

/** What becomes of the film itself once its package is there. */
export function OriginalSection() {
  const { t } = useTranslation('profiles');
  const { draft, change } = useEditing();
  const { originals } = draft;
  return (
    <Section title={t('section.original')}>
      <Fields>
        <ChoiceField
          at="originals.policy"
          value={originals.policy}
          options={['separate', 'quarantine', 'replace']}
          onChange={(policy) => change({ originals: policy === 'quarantine' ? { policy, days: 30 } : { policy } })}
        />
        {originals.policy === 'quarantine' ? (
          <NumberField
            at="originals.days"
            value={originals.days}
            onChange={(days) => change({ originals: { ...originals, days } })}
          />
        ) : null}
      </Fields>
      {originals.policy === 'separate' ? null : (
        <Alert color="yellow" icon={<TriangleAlert aria-hidden />} maw={640}>
          {t(`originalWarning.${originals.policy}`)}
        </Alert>
      )}
    </Section>
  );
}
