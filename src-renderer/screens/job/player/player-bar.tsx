import { ActionIcon, Group } from '@mantine/core';
import {
  AudioLines,
  Captions,
  Columns2,
  ListVideo,
  type LucideIcon,
  Maximize,
  Minimize,
  Pause,
  Play,
  Settings,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { clockText } from '#shared/format/quantity.ts';
import { useAmounts } from '../../../components/amount.tsx';
import type { Cue } from '../../../data/web-vtt.ts';
import { ChoiceMenu } from './choice-menu.tsx';
import type { FilmState } from './film.ts';
import type { SubtitleChoice } from './film-tracks.ts';
import classes from './player.module.css';
import type { VideoState } from './use-video.ts';

export type PlayerBarProps = {
  now: VideoState;
  film: FilmState;
  chapters: readonly Cue[];
  subtitles: readonly SubtitleChoice[];
  /** Null for none. */
  subtitle: string | null;
  isFull: boolean;
  /** Null where there is no source to compare with. */
  isCompared: boolean | null;
  onPlay: () => void;
  onMute: () => void;
  onVolume: (volume: number) => void;
  onSeek: (timeSec: number) => void;
  onQuality: (id: number | null) => void;
  onSound: (id: number) => void;
  onSubtitle: (key: string | null) => void;
  onCompare: () => void;
  /** Null where the browser has no full screen. */
  onFull: (() => void) | null;
};

const off = 'off';
const auto = 'auto';

/** The buttons and menus below the film. */
export function PlayerBar(props: PlayerBarProps) {
  const { t } = useTranslation('job');
  const amounts = useAmounts();
  const { now, film, chapters, subtitles } = props;
  const soundsMatter = film.sounds.length > 1;
  return (
    <Group justify="space-between" gap="xs" wrap="wrap">
      <Group gap={4} wrap="nowrap">
        <BarButton
          label={t(now.isPaused ? 'player.play' : 'player.pause')}
          Icon={now.isPaused ? Play : Pause}
          onClick={props.onPlay}
        />
        <BarButton
          label={t(now.isMuted ? 'player.unmute' : 'player.mute')}
          Icon={now.isMuted ? VolumeX : Volume2}
          onClick={props.onMute}
        />
        <input
          type="range"
          data-own-arrows
          className={`${classes['range']} ${classes['volume']}`}
          style={{ '--done': `${now.isMuted ? 0 : now.volume * 100}%`, '--loaded': '0%' }}
          aria-label={t('player.volume')}
          aria-valuetext={amounts.percent(now.isMuted ? 0 : now.volume)}
          min={0}
          max={1}
          step={0.05}
          value={now.isMuted ? 0 : now.volume}
          onChange={({ currentTarget }) => props.onVolume(Number(currentTarget.value))}
        />
        <span className={classes['time']}>
          {`${clockText(now.timeSec)} / ${now.durationSec === null ? '–' : clockText(now.durationSec)}`}
        </span>
      </Group>
      <Group gap={4} wrap="nowrap">
        {chapters.length < 2 ? null : (
          <ChoiceMenu
            label={t('player.chapters')}
            Icon={ListVideo}
            choices={chapters.map(({ startSec, text }) => ({
              ...{ key: String(startSec), name: text, hint: clockText(startSec) },
            }))}
            chosen={String(chapters.findLast(({ startSec }) => startSec <= now.timeSec)?.startSec ?? '')}
            onChoose={(key) => props.onSeek(Number(key))}
          />
        )}
        {soundsMatter ? (
          <ChoiceMenu
            label={t('player.sound')}
            Icon={AudioLines}
            choices={film.sounds.map(({ id, name }) => ({ key: String(id), name }))}
            chosen={film.sound === null ? null : String(film.sound)}
            onChoose={(key) => props.onSound(Number(key))}
          />
        ) : null}
        {subtitles.length === 0 ? null : (
          <ChoiceMenu
            label={t('player.subtitles')}
            Icon={Captions}
            choices={[{ key: off, name: t('player.off') }, ...subtitles]}
            chosen={props.subtitle ?? off}
            onChoose={(key) => props.onSubtitle(key === off ? null : key)}
          />
        )}
        {film.qualities.length < 2 ? null : (
          <ChoiceMenu
            label={t('player.quality')}
            Icon={Settings}
            choices={[
              { key: auto, name: t('player.auto') },
              ...film.qualities.map(({ id, height, bitrateBps, isHdr }) => ({
                ...{ key: String(id), name: `${height}p${isHdr ? ' HDR' : ''}`, hint: amounts.bitrate(bitrateBps) },
              })),
            ]}
            chosen={film.quality === null ? auto : String(film.quality)}
            onChoose={(key) => props.onQuality(key === auto ? null : Number(key))}
          />
        )}
        {props.isCompared === null ? null : (
          <BarButton
            label={t('compare.button')}
            Icon={Columns2}
            isPressed={props.isCompared}
            onClick={props.onCompare}
          />
        )}
        {props.onFull === null ? null : (
          <BarButton
            label={t(props.isFull ? 'player.leaveFull' : 'player.full')}
            Icon={props.isFull ? Minimize : Maximize}
            onClick={props.onFull}
          />
        )}
      </Group>
    </Group>
  );
}

type BarButtonProps = { label: string; Icon: LucideIcon; isPressed?: boolean; onClick: () => void };

function BarButton({ label, Icon, isPressed, onClick }: BarButtonProps) {
  return (
    <ActionIcon
      variant="transparent"
      size="lg"
      c="gray.1"
      className={classes['button'] ?? ''}
      aria-label={label}
      title={label}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      onClick={onClick}
    >
      <Icon size={20} aria-hidden />
    </ActionIcon>
  );
}
