import { ActionIcon, Group, Stack, Switch } from '@mantine/core';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { soundEncoders } from './codecs.ts';
import type { DraftTrack } from './draft.ts';
import { BitrateField, ChoiceField, NumberField, SwitchField } from './fields.tsx';
import classes from './profiles.module.css';
import { Advanced, Fields } from './section.tsx';
import { useRecipeWords } from './words.ts';

export type TrackFieldsProps = {
  track: DraftTrack;
  place: number;
  name: string;
  onChange: (track: DraftTrack) => void;
  onRemove: () => void;
};

const withoutBitrate: readonly string[] = ['flac', 'alac', 'copy'];
const usualLoudness = { integratedLufs: -23, truePeakDbtp: -1, rangeLu: 11 };
const channelChoices = ['source', '1', '2', '6', '8'] as const;
const rateChoices = ['source', '44100', '48000', '96000'] as const;
const sampleRates = { source: null, '44100': 44_100, '48000': 48_000, '96000': 96_000 } as const;

/** One way in which each wanted sound track is made. */
export function TrackFields({ track, place, name, onChange, onRemove }: TrackFieldsProps) {
  const { t } = useTranslation('profiles');
  const { label, hint } = useRecipeWords();
  const at = `audio.tracks[${place}]`;
  const put = (part: Partial<DraftTrack>) => onChange({ ...track, ...part });
  const encoders: readonly string[] = soundEncoders;
  const channels = track.channels === null ? 'source' : String(track.channels);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap" className={classes['grow']}>
      <Stack gap="sm" className={classes['grow']}>
        <div className={classes['rung']}>
          <ChoiceField
            at={`${at}.encoder`}
            value={track.encoder}
            options={encoders.includes(track.encoder) ? encoders : [...encoders, track.encoder]}
            onChange={(encoder) =>
              put({ encoder, bitrateBps: withoutBitrate.includes(encoder) ? null : (track.bitrateBps ?? 160_000) })
            }
          />
          <ChoiceField
            at={`${at}.channels`}
            value={channels}
            options={[...channelChoices, ...(channelChoices.some((one) => one === channels) ? [] : [channels])]}
            onChange={(next) => put({ channels: next === 'source' ? null : Number(next) })}
          />
          <BitrateField
            at={`${at}.bitrateBps`}
            value={track.bitrateBps}
            onChange={(bitrateBps) => put({ bitrateBps })}
            placeholder={t('automatic')}
          />
        </div>
        <Advanced covers={['loudness', 'sampleRateHz'].map((field) => `${at}.${field}`)} of={name}>
          <Fields>
            <ChoiceField
              at={`${at}.sampleRateHz`}
              value={rateChoices.find((one) => sampleRates[one] === track.sampleRateHz) ?? 'source'}
              options={rateChoices}
              onChange={(rate) => put({ sampleRateHz: sampleRates[rate] })}
            />
            <SwitchField
              at={`${at}.copyWhenSuitable`}
              value={track.copyWhenSuitable}
              onChange={(copyWhenSuitable) => put({ copyWhenSuitable })}
            />
            <Switch
              label={label(`${at}.loudness`)}
              description={hint(`${at}.loudness`)}
              checked={track.loudness !== null}
              onChange={({ currentTarget }) => put({ loudness: currentTarget.checked ? usualLoudness : null })}
            />
          </Fields>
          {track.loudness === null ? null : <LoudnessFields at={`${at}.loudness`} track={track} put={put} />}
        </Advanced>
      </Stack>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('remove', { name })}
        onClick={onRemove}
        className={classes['rungButtons']}
      >
        <X size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

type LoudnessProps = { at: string; track: DraftTrack; put: (part: Partial<DraftTrack>) => void };

function LoudnessFields({ at, track: { loudness }, put }: LoudnessProps) {
  if (loudness === null) return null;
  const set = (part: Partial<typeof loudness>) => put({ loudness: { ...loudness, ...part } });
  return (
    <Fields>
      <NumberField
        at={`${at}.integratedLufs`}
        value={loudness.integratedLufs}
        onChange={(integratedLufs) => set({ integratedLufs })}
        unit="LUFS"
      />
      <NumberField
        at={`${at}.truePeakDbtp`}
        value={loudness.truePeakDbtp}
        onChange={(truePeakDbtp) => set({ truePeakDbtp })}
        unit="dBTP"
      />
      <NumberField at={`${at}.rangeLu`} value={loudness.rangeLu} onChange={(rangeLu) => set({ rangeLu })} unit="LU" />
    </Fields>
  );
}
