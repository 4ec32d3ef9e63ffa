import { useTranslation } from 'react-i18next';
import type { Draft } from './draft.ts';
import { usePart } from './editing.ts';
import { ChoiceField, NumberField } from './fields.tsx';
import { Fields } from './section.tsx';

type RateControl = Draft['video']['rateControl'];
type Mode = RateControl['mode'];

const modes: readonly Mode[] = ['capped-crf', 'crf', 'abr-two-pass', 'cbr'];

/** By quality, by size, or both. */
export function RateControlFields() {
  const { t } = useTranslation('profiles');
  const [{ rateControl }, putVideo] = usePart('video');
  const put = (next: RateControl) => putVideo({ rateControl: next });
  const at = 'video.rateControl';
  return (
    <Fields>
      <ChoiceField
        at={`${at}.mode`}
        value={rateControl.mode}
        options={modes}
        onChange={(mode) => put(begun(mode, 'crf' in rateControl ? rateControl.crf : 21))}
      />
      {'crf' in rateControl ? (
        <NumberField at={`${at}.crf`} value={rateControl.crf} onChange={(crf) => put({ ...rateControl, crf })} />
      ) : null}
      {'peakRatio' in rateControl ? (
        <NumberField
          at={`${at}.peakRatio`}
          value={rateControl.peakRatio}
          onChange={(peakRatio) => put({ ...rateControl, peakRatio })}
          unit="×"
          step={0.1}
        />
      ) : null}
      {'bufferSec' in rateControl ? (
        <NumberField
          at={`${at}.bufferSec`}
          value={rateControl.bufferSec}
          onChange={(bufferSec) => put({ ...rateControl, bufferSec })}
          unit={t('seconds')}
          step={0.5}
        />
      ) : null}
    </Fields>
  );
}

function begun(mode: Mode, crf: number | null): RateControl {
  switch (mode) {
    case 'crf':
      return { mode, crf };
    case 'capped-crf':
      return { mode, crf, bufferSec: 2 };
    case 'abr-two-pass':
      return { mode, peakRatio: 1.5, bufferSec: 2 };
    case 'cbr':
      return { mode, bufferSec: 1 };
  }
}
