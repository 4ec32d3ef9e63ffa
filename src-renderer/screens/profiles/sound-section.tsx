import { Button, Stack } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { nextKey } from './draft.ts';
import { usePart } from './editing.ts';
import { ChoiceField } from './fields.tsx';
import { LanguageList } from './language-list.tsx';
import classes from './profiles.module.css';
import { Fields, Section } from './section.tsx';
import { movedTo, Sortable, SortableItem } from './sortable.tsx';
import { TrackFields } from './track-fields.tsx';

const mostTracks = 6;
const newTrack = { encoder: 'aac', bitrateBps: 160_000, channels: 2, sampleRateHz: 48_000 } as const;

/** Which sound a film has, and how it is encoded. */
export function SoundSection() {
  const { t } = useTranslation('profiles');
  const [audio, put] = usePart('audio');
  const { tracks } = audio;
  const add = () =>
    put({ tracks: [...tracks, { ...newTrack, loudness: null, copyWhenSuitable: false, key: nextKey(tracks) }] });
  const nameOf = (place: number) => t('track.name', { place: place + 1 });
  return (
    <Section title={t('section.sound')} lead={t('track.lead')}>
      <LanguageList at="audio.languages" languages={audio.languages} onChange={(languages) => put({ languages })} />
      <Fields>
        <ChoiceField
          at="audio.otherLanguages"
          value={audio.otherLanguages}
          options={['keep', 'drop']}
          onChange={(otherLanguages) => put({ otherLanguages })}
        />
        <ChoiceField
          at="audio.commentary"
          value={audio.commentary}
          options={['keep', 'drop']}
          onChange={(commentary) => put({ commentary })}
        />
      </Fields>
      <Stack gap="xs">
        <Sortable
          items={tracks.map(({ key }, i) => ({ id: key, name: nameOf(i) }))}
          onMove={(from, to) => put({ tracks: movedTo(tracks, from, to) })}
        >
          <ul className={classes['items']} aria-label={t('track.list')}>
            {tracks.map((track, i) => (
              <SortableItem key={track.key} id={track.key} name={nameOf(i)}>
                <TrackFields
                  track={track}
                  place={i}
                  name={nameOf(i)}
                  onChange={(next) => put({ tracks: tracks.with(i, next) })}
                  onRemove={() => put({ tracks: tracks.toSpliced(i, 1) })}
                />
              </SortableItem>
            ))}
          </ul>
        </Sortable>
        <Button
          variant="default"
          size="sm"
          w="fit-content"
          leftSection={<Plus size={16} aria-hidden />}
          disabled={tracks.length >= mostTracks}
          onClick={add}
        >
          {t('track.add')}
        </Button>
      </Stack>
    </Section>
  );
}
