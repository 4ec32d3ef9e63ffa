import { Alert, Loader } from '@mantine/core';
import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '#shared/format/language.ts';
import type { PackageExtras } from '../../../data/package-files.ts';
import { subtitleChoices } from './film-tracks.ts';
import { PlayerBar } from './player-bar.tsx';
import classes from './player.module.css';
import { SeekBar } from './seek-bar.tsx';
import { SourceSide } from './source-side.tsx';
import { useFilm } from './use-film.ts';
import { useFullScreen } from './use-full-screen.ts';
import { usePlayWish } from './use-play-wish.ts';
import { usePlayerKeys } from './use-player-keys.ts';
import { useStyledSubtitles } from './use-styled-subtitles.ts';
import { useVideo } from './use-video.ts';
import { seekTo, setVolume, skipBy, toggleMute } from './video-commands.ts';

export type PlayerProps = {
  /** Master playlist, or a file that browsers may play themselves. */
  url: string;
  title: string;
  extras: PackageExtras;
  /** What the film was made from; null where it can't be compared. */
  source: { url: string; offsetSec: number } | null;
};

/** Plays a package with what lies beside it. */
export function Player({ url, title, extras, source }: PlayerProps) {
  const { t, i18n } = useTranslation('job');
  const [box, setBox] = useState<HTMLElement | null>(null);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const { film, state } = useFilm(video, url);
  const togglePlay = usePlayWish(video);
  const now = useVideo(video);
  const full = useFullScreen(box);
  const [chosen, setChosen] = useState<{ key: string | null } | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [sourceFailed, setSourceFailed] = useState(false);

  const subtitles = subtitleChoices(state.subtitles, extras.styled, ({ language, kind }) => {
    const name = languageName(language, i18n.language);
    return kind === 'full' ? name : `${name} (${kind})`;
  });
  const first = subtitles.find(({ trackId }) => trackId !== null && trackId === state.subtitle);
  const subtitle = chosen === null ? first : subtitles.find(({ key }) => key === chosen.key);
  const isStyled = subtitle?.styled != null;
  const plainTrack = isStyled ? null : (subtitle?.trackId ?? null);
  useEffect(() => film.current?.showSubtitle(plainTrack), [film, plainTrack]);
  useStyledSubtitles(video, subtitle?.styled?.url ?? null, extras.fontUrls);

  const onSeek = (timeSec: number): void => seekTo(video, timeSec);
  usePlayerKeys(box, {
    togglePlay,
    skip: (seconds) => skipBy(video, seconds),
    louder: (by) => setVolume(video, now.volume + by),
    toggleMute: () => toggleMute(video),
    toggleFull: () => full.toggle?.(),
  });

  return (
    <section
      ref={setBox}
      className={classes['player']}
      aria-label={t('player.label', { title })}
      data-idle={full.isIdle || undefined}
      tabIndex={-1}
    >
      <div className={classes['stage']}>
        {/* The empty track stands for those that come with the playlist. */}
        <video
          ref={setVideo}
          className={classes['video']}
          data-side="package"
          aria-label={title}
          playsInline
          onClick={() => {
            box?.focus();
            togglePlay();
          }}
        >
          <track kind="captions" />
        </video>
        {share === null || source === null ? null : (
          <SourceSide
            {...{ video, share, ...source }}
            onFault={() => {
              setShare(null);
              setSourceFailed(true);
            }}
          />
        )}
        {now.isPaused && now.timeSec === 0 && state.fault === null ? (
          <div className={classes['waiting']}>
            <Play size={72} className={classes['start']} aria-hidden />
          </div>
        ) : null}
        {now.isWaiting && state.fault === null ? (
          <div className={classes['waiting']}>
            <Loader color="white" aria-label={t('player.waiting')} />
          </div>
        ) : null}
      </div>
      <div className={classes['bar']}>
        <SeekBar
          {...{ timeSec: now.timeSec, durationSec: now.durationSec, loadedSec: now.loadedSec }}
          {...{ chapters: extras.chapters, thumbnails: extras.thumbnails, onSeek }}
        />
        {share === null ? null : (
          <input
            type="range"
            data-own-arrows
            className={classes['range']}
            style={{ '--done': `${share}%`, '--loaded': '0%' }}
            aria-label={t('compare.share')}
            min={0}
            max={100}
            value={share}
            onChange={({ currentTarget }) => setShare(Number(currentTarget.value))}
          />
        )}
        <PlayerBar
          {...{ now, film: state, chapters: extras.chapters, subtitles, subtitle: subtitle?.key ?? null }}
          isFull={full.isFull}
          isCompared={source === null ? null : share !== null}
          onPlay={togglePlay}
          onMute={() => toggleMute(video)}
          onVolume={(volume) => setVolume(video, volume)}
          onSeek={onSeek}
          onQuality={(id) => film.current?.chooseQuality(id)}
          onSound={(id) => film.current?.chooseSound(id)}
          onSubtitle={(key) => setChosen({ key })}
          onCompare={() => {
            setSourceFailed(false);
            setShare(share === null ? 50 : null);
          }}
          onFull={full.toggle}
        />
      </div>
      {state.fault === null ? null : (
        <Alert color="red" variant="filled" role="alert">
          {t(`player.fault.${state.fault}`)}
        </Alert>
      )}
      {sourceFailed ? (
        <Alert color="yellow" variant="filled" autoContrast role="status">
          {t('compare.unplayable')}
        </Alert>
      ) : null}
    </section>
  );
}
