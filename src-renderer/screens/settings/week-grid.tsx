import { VisuallyHidden } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OpenMinutes, openPart, withHour } from './open-week.ts';
import classes from './settings.module.css';

export type WeekGridProps = { minutes: OpenMinutes; disabled: boolean; onChange: (minutes: OpenMinutes) => void };

type Place = { day: number; hour: number };

/** Monday first; 0 is Sunday. */
const days = [1, 2, 3, 4, 5, 6, 0];
const hours = Array.from({ length: 24 }, (_, hour) => hour);

/**
 * The hours of a week, to be opened and closed: by click, by drawing with a mouse, and by keyboard, where the arrows go about
 * and with Shift take what stands there along. The names of days and hours are buttons for all of theirs.
 */
export function WeekGrid({ minutes, disabled, onChange }: WeekGridProps) {
  const { t, i18n } = useTranslation('settings');
  const [at, setAt] = useState<Place>({ day: 1, hour: 0 });
  const painted = useRef<boolean | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const names = dayNames(i18n.language);
  const isOpen = ({ day, hour }: Place): boolean => openPart(minutes, day, hour) === 'open';
  const set = (places: readonly Place[], isOpened: boolean): void => {
    if (!disabled) onChange(places.reduce((week, { day, hour }) => withHour(week, day, hour, isOpened), minutes));
  };
  const turn = (places: readonly Place[]): void => set(places, !places.every(isOpen));
  const onKeyDown = (event: KeyboardEvent, from: Place): void => {
    const to = placeAfter(event, from);
    if (to === null) return;
    event.preventDefault();
    setAt(to);
    table.current?.querySelector<HTMLElement>(`[data-place="${to.day}-${to.hour}"]`)?.focus();
    if (event.shiftKey) set([to], isOpen(from));
  };
  const onPointerDown = (event: PointerEvent, place: Place): void => {
    setAt(place);
    // A finger that is drawn over the week scrolls the page.
    if (event.pointerType !== 'mouse') return;
    painted.current = !isOpen(place);
    set([place], painted.current);
  };
  const onPointerEnter = (event: PointerEvent, place: Place): void => {
    if (event.buttons === 1 && painted.current !== null) set([place], painted.current);
  };
  const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
  return (
    <table ref={table} className={classes['week']} aria-label={t('schedule.week')}>
      <thead>
        <tr>
          <th scope="col">
            <VisuallyHidden>{t('schedule.hour')}</VisuallyHidden>
          </th>
          {days.map((day) => (
            <th key={day} scope="col">
              <button
                type="button"
                className={classes['name']}
                disabled={disabled}
                aria-label={t('schedule.wholeDay', { day: names.long[day] })}
                onClick={() => turn(hours.map((hour) => ({ day, hour })))}
              >
                {names.short[day]}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour}>
            <th scope="row" className={classes['hourName']}>
              <button
                type="button"
                className={classes['name']}
                disabled={disabled}
                aria-label={t('schedule.everyDay', { hour: hourText(hour) })}
                onClick={() => turn(days.map((day) => ({ day, hour })))}
              >
                {hourText(hour)}
              </button>
            </th>
            {days.map((day) => {
              const place = { day, hour };
              const part = openPart(minutes, day, hour);
              return (
                <td key={day}>
                  <button
                    type="button"
                    className={classes['cell']}
                    data-part={part}
                    data-place={`${day}-${hour}`}
                    tabIndex={at.day === day && at.hour === hour ? 0 : -1}
                    disabled={disabled}
                    aria-pressed={part === 'part' ? 'mixed' : part === 'open'}
                    aria-label={t(`schedule.${part}`, { day: names.long[day], hour: hourText(hour) })}
                    onKeyDown={(event) => onKeyDown(event, place)}
                    onPointerDown={(event) => onPointerDown(event, place)}
                    onPointerEnter={(event) => onPointerEnter(event, place)}
                    onClick={({ nativeEvent }) => {
                      // A mouse has drawn already when it comes up.
                      if (!('pointerType' in nativeEvent && nativeEvent.pointerType === 'mouse')) turn([place]);
                    }}
                  />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where a key leads; null for keys that lead nowhere. */
function placeAfter({ key }: { key: string }, { day, hour }: Place): Place | null {
  const column = days.indexOf(day);
  const dayAt = (index: number): number => days[Math.min(6, Math.max(0, index))] ?? day;
  switch (key) {
    case 'ArrowUp':
      return { day, hour: Math.max(0, hour - 1) };
    case 'ArrowDown':
      return { day, hour: Math.min(23, hour + 1) };
    case 'ArrowLeft':
      return { day: dayAt(column - 1), hour };
    case 'ArrowRight':
      return { day: dayAt(column + 1), hour };
    case 'Home':
      return { day: dayAt(0), hour };
    case 'End':
      return { day: dayAt(6), hour };
    case 'PageUp':
      return { day, hour: 0 };
    case 'PageDown':
      return { day, hour: 23 };
    default:
      return null;
  }
}

/** By the number of the day, 0 is Sunday. */
function dayNames(language: string): { short: readonly string[]; long: readonly string[] } {
  const inForm = (weekday: 'short' | 'long'): string[] => {
    const format = new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' });
    // The first of January 2023 was a Sunday.
    return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2023, 0, 1 + day)));
  };
  return { short: inForm('short'), long: inForm('long') };
}
