import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './player.module.css';

export type SourceSideProps = {
  /** What it keeps up with. */
  video: HTMLVideoElement | null;
  url: string;
  /** The film's first picture in the source, seconds. */
  offsetSec: number;
  /** How much of the picture it covers from the left, 0 to 100. */
  share: number;
  /** The browser can't play the source. */
  onFault: () => void;
};

/** The source over the left of the picture, at the same moment. */
export function SourceSide({ video, url, offsetSec, share, onFault }: SourceSideProps) {
  const { t } = useTranslation('job');
  const [source, setSource] = useState<HTMLVideoElement | null>(null);
  useTogether(video, source, offsetSec);
  return (
    <>
      <video
        ref={setSource}
        data-side="source"
        className={classes['over']}
        style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}
        src={url}
        aria-hidden
        tabIndex={-1}
        muted
        playsInline
        preload="auto"
        onError={onFault}
        onLoadedMetadata={({ currentTarget }) => {
          // Sound alone is no picture to compare with.
          if (currentTarget.videoWidth === 0) onFault();
        }}
      />
      <span className={classes['divider']} style={{ insetInlineStart: `${share}%` }} />
      <span className={classes['sideName']} style={{ insetInlineStart: '0.5rem' }}>
        {t('compare.source')}
      </span>
      <span className={classes['sideName']} style={{ insetInlineEnd: '0.5rem' }}>
        {t('compare.package')}
      </span>
    </>
  );
}

/** A difference that nobody sees, seconds. */
const unseenSec = 0.03;
/** One that would take too long to make up by playing faster. */
const jumpSec = 0.25;

function useTogether(video: HTMLVideoElement | null, source: HTMLVideoElement | null, offsetSec: number): void {
  useEffect(() => {
    if (video === null || source === null) return undefined;
    const follow = (): void => keepUp(video, source, offsetSec);
    const events = ['play', 'playing', 'pause', 'waiting', 'seeking', 'seeked', 'timeupdate', 'ratechange'];
    for (const event of events) video.addEventListener(event, follow);
    source.addEventListener('loadedmetadata', follow);
    follow();
    return () => {
      for (const event of events) video.removeEventListener(event, follow);
      source.removeEventListener('loadedmetadata', follow);
      source.pause();
    };
  }, [video, source, offsetSec]);
}

function keepUp(video: HTMLVideoElement, source: HTMLVideoElement, offsetSec: number): void {
  const wantedSec = video.currentTime + offsetSec;
  const behindSec = wantedSec - source.currentTime;
  const mayJump = !source.seeking && Math.abs(behindSec) > (video.paused ? unseenSec : jumpSec);
  if (mayJump) source.currentTime = wantedSec;
  const hurry = mayJump || Math.abs(behindSec) < unseenSec ? 0 : Math.sign(behindSec) * 0.06;
  source.playbackRate = video.playbackRate * (1 + hurry);
  const stands = video.paused || video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  if (stands && !source.paused) source.pause();
  // Refused when it is paused again at once.
  if (!stands && source.paused) source.play().catch(() => {});
}
