import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { codecOf, codecTitles, encodersOf, type VideoCodecName, videoCodecs } from './codecs.ts';
import { usePart } from './editing.ts';
import { EncoderList } from './encoder-list.tsx';
import { EncoderOptions } from './encoder-options.tsx';
import { ChoiceField, NameField, NumberField } from './fields.tsx';
import { RateControlFields } from './rate-control-fields.tsx';
import { Advanced, Fields, Section } from './section.tsx';

const advanced = ['encoders', 'sdrEncoders', 'preset', 'tune', 'profile', 'level', 'pixelFormat', 'gopSec', 'options'];

/** How the picture is encoded. */
export function PictureSection() {
  const { t } = useTranslation('profiles');
  const [video, put] = usePart('video');
  const codec = codecOf(video.encoders[0] ?? '');
  const codecs: readonly (VideoCodecName | 'other')[] = codec === null ? [...videoCodecs, 'other'] : videoCodecs;
  return (
    <Section title={t('section.picture')}>
      <Fields>
        <ChoiceField
          at="video.codec"
          value={codec ?? 'other'}
          options={codecs}
          nameOf={(one) => (one === 'other' ? t('otherCodec') : codecTitles[one])}
          onChange={(next) => {
            // What one codec calls its presets and profiles means nothing to another.
            if (next !== 'other') put({ encoders: [...encodersOf[next]], ...forgotten });
          }}
        />
        <ChoiceField
          at="video.dynamicRange"
          value={video.dynamicRange}
          options={['keep', 'sdr']}
          onChange={(dynamicRange) => put({ dynamicRange })}
        />
      </Fields>
      <RateControlFields />
      <Advanced covers={['video.maxFrameRate', ...advanced.map((name) => `video.${name}`)]} of={t('section.picture')}>
        <Stack gap="md">
          <EncoderList at="video.encoders" encoders={video.encoders} onChange={(encoders) => put({ encoders })} />
          <Fields>
            <ChoiceField
              at="video.sdrEncoders"
              value={video.sdrEncoders === null ? 'same' : (codecOf(video.sdrEncoders[0] ?? '') ?? 'other')}
              options={['same', ...videoCodecs, ...(hasOther(video.sdrEncoders) ? (['other'] as const) : [])]}
              nameOf={(one) => (one === 'same' ? t('sameCodec') : one === 'other' ? t('otherCodec') : codecTitles[one])}
              onChange={(next) => {
                if (next !== 'other') put({ sdrEncoders: next === 'same' ? null : [...encodersOf[next]] });
              }}
            />
            <ChoiceField
              at="video.dynamicMetadata"
              value={video.dynamicMetadata}
              options={['keep', 'base-layer', 'tonemap', 'refuse']}
              onChange={(dynamicMetadata) => put({ dynamicMetadata })}
            />
            <NameField at="video.preset" value={video.preset} onChange={(preset) => put({ preset })} />
            <NameField at="video.tune" value={video.tune} onChange={(tune) => put({ tune })} />
            <NameField at="video.profile" value={video.profile} onChange={(profile) => put({ profile })} />
            <NameField at="video.level" value={video.level} onChange={(level) => put({ level })} />
            <NameField
              at="video.pixelFormat"
              value={video.pixelFormat}
              onChange={(pixelFormat) => put({ pixelFormat })}
            />
            <NumberField
              at="video.maxFrameRate"
              value={video.maxFrameRate}
              onChange={(maxFrameRate) => put({ maxFrameRate })}
              placeholder={t('unlimited')}
            />
            <NumberField
              at="video.gopSec"
              value={video.gopSec}
              onChange={(gopSec) => put({ gopSec })}
              unit="s"
              step={0.5}
            />
          </Fields>
          <EncoderOptions />
        </Stack>
      </Advanced>
    </Section>
  );
}

const forgotten = { preset: null, tune: null, profile: null, level: null, pixelFormat: null, options: {} };

function hasOther(encoders: readonly string[] | null): boolean {
  return encoders !== null && codecOf(encoders[0] ?? '') === null;
}
