import { useTranslation } from 'react-i18next';
import type { Draft } from './draft.ts';
import { useEditing, usePart } from './editing.ts';
import { ChoiceField, NumberField, SwitchField } from './fields.tsx';
import { Advanced, Fields, Section } from './section.tsx';

/** What else comes with the film, and how an HLS package is cut. */
export function PackageSection() {
  const { t } = useTranslation('profiles');
  const { draft, change } = useEditing();
  const [segment, putSegment] = usePart('segment');
  const { thumbnails, onlyIfSmaller } = draft;
  const isHls = draft.container === 'hls';
  return (
    <Section title={t('section.package')}>
      <Fields>
        <SwitchField at="chapters" value={draft.chapters} onChange={(chapters) => change({ chapters })} />
        <SwitchField at="fonts" value={draft.fonts} onChange={(fonts) => change({ fonts })} />
        <SwitchField
          at="thumbnails"
          value={thumbnails !== null}
          onChange={(wanted) => change({ thumbnails: wanted ? { widthPx: 320, intervalSec: 5 } : null })}
        />
        {isHls || draft.keepOriginal ? (
          <SwitchField
            at="keepOriginal"
            value={draft.keepOriginal}
            onChange={(keepOriginal) => change({ keepOriginal })}
          />
        ) : null}
        <SwitchField
          at="onlyIfSmaller"
          value={onlyIfSmaller !== null}
          onChange={(wanted) => change({ onlyIfSmaller: wanted ? { maxRatio: 0.9 } : null })}
        />
        {onlyIfSmaller === null ? null : (
          <NumberField
            at="onlyIfSmaller.maxRatio"
            value={onlyIfSmaller.maxRatio}
            onChange={(maxRatio) => change({ onlyIfSmaller: { maxRatio } })}
            unit="%"
            scale={0.01}
            step={5}
          />
        )}
      </Fields>
      <Advanced covers={['segment', 'thumbnails']} of={t('section.package')}>
        <Fields>
          <NumberField
            at="segment.durationSec"
            value={segment.durationSec}
            onChange={(durationSec) => putSegment({ durationSec })}
            unit={t('seconds')}
          />
          {isHls ? (
            <ChoiceField
              at="segment.type"
              value={segment.type}
              options={['mpegts', 'fmp4']}
              onChange={(type) => putSegment({ type })}
            />
          ) : null}
          <ThumbnailFields thumbnails={thumbnails} onChange={(next) => change({ thumbnails: next })} />
        </Fields>
      </Advanced>
    </Section>
  );
}

type Thumbnails = Draft['thumbnails'];

function ThumbnailFields({ thumbnails, onChange }: { thumbnails: Thumbnails; onChange: (next: Thumbnails) => void }) {
  const { t } = useTranslation('profiles');
  if (thumbnails === null) return null;
  return (
    <>
      <NumberField
        at="thumbnails.widthPx"
        value={thumbnails.widthPx}
        onChange={(widthPx) => onChange({ ...thumbnails, widthPx })}
        unit="px"
        step={2}
      />
      <NumberField
        at="thumbnails.intervalSec"
        value={thumbnails.intervalSec}
        onChange={(intervalSec) => onChange({ ...thumbnails, intervalSec })}
        unit={t('seconds')}
      />
    </>
  );
}
