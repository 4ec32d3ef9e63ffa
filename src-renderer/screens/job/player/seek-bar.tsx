import { type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText } from '#shared/format/quantity.ts';
import type { Thumbnail } from '../../../data/package-files.ts';
import type { Cue } from '../../../data/web-vtt.ts';
import classes from './player.module.css';

export type SeekBarProps = {
  timeSec: number;
  durationSec: number | null;
  loadedSec: number;
  chapters: readonly Cue[];
  thumbnails: readonly Thumbnail[];
  onSeek: (timeSec: number) => void;
};

/** Where the film is, how far it is loaded, its chapters, and what is to be seen where one points. */
export function SeekBar({ timeSec, durationSec, loadedSec, chapters, thumbnails, onSeek }: SeekBarProps) {
  const { t } = useTranslation('job');
  const [pointed, setPointed] = useState<{ atSec: number; left: string } | null>(null);
  const wholeSec = durationSec ?? 0;
  const part = (seconds: number): string => (wholeSec === 0 ? '0%' : `${Math.min(100, (seconds / wholeSec) * 100)}%`);
  const point = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    // The picture stays inside the player.
    setPointed({ atSec: share * wholeSec, left: `clamp(90px, ${share * 100}%, calc(100% - 90px))` });
  };
  const chapter = chapterAt(chapters, timeSec);
  const now = t('player.timeOf', { time: clockText(timeSec), whole: clockText(wholeSec) });
  return (
    <div className={classes['seek']} onPointerMove={point} onPointerLeave={() => setPointed(null)}>
      {pointed === null || wholeSec === 0 ? null : (
        <SeekHint {...pointed} thumbnails={thumbnails} chapter={chapterAt(chapters, pointed.atSec)} />
      )}
      <input
        type="range"
        className={classes['range']}
        style={{ '--done': part(timeSec), '--loaded': part(loadedSec) }}
        aria-label={t('player.position')}
        aria-valuetext={chapter === null ? now : `${now}, ${chapter.text}`}
        min={0}
        max={wholeSec}
        step="any"
        value={Math.min(timeSec, wholeSec)}
        disabled={durationSec === null}
        onChange={({ currentTarget }) => onSeek(Number(currentTarget.value))}
      />
      {chapters.slice(1).map(({ startSec }) => (
        <span key={startSec} className={classes['mark']} style={{ insetInlineStart: part(startSec) }} />
      ))}
    </div>
  );
}

type SeekHintProps = { atSec: number; left: string; thumbnails: readonly Thumbnail[]; chapter: Cue | null };

function SeekHint({ atSec, left, thumbnails, chapter }: SeekHintProps) {
  const tile = thumbnails.find(({ startSec, endSec }) => startSec <= atSec && atSec < endSec) ?? thumbnails.at(-1);
  // A tile is shown at the width of the hint, whatever it was made with.
  const scale = tile === undefined ? 1 : 160 / tile.w;
  return (
    <div className={classes['hint']} style={{ left }} aria-hidden>
      {tile === undefined ? null : (
        <div style={{ inlineSize: tile.w * scale, blockSize: tile.h * scale, overflow: 'hidden' }}>
          <div
            data-thumbnail
            style={{
              inlineSize: tile.w,
              blockSize: tile.h,
              transform: `scale(${scale})`,
              transformOrigin: 'top left',
              background: `url("${tile.url}") -${tile.x}px -${tile.y}px`,
            }}
          />
        </div>
      )}
      <div>{clockText(atSec)}</div>
      {chapter === null ? null : <div>{chapter.text}</div>}
    </div>
  );
}

function chapterAt(chapters: readonly Cue[], timeSec: number): Cue | null {
  return chapters.findLast(({ startSec }) => startSec <= timeSec) ?? null;
}
