import { expect, test } from 'vitest';
import { isMenuWanted, menuEntryStep, menuFileFor } from '#main/desktop/decide/file-menu.ts';

type Place = string | null;
const wanted = (found: Place, placed: Place) => menuEntryStep({ isWanted: true, found, placed, own: 'new' });
const unwanted = (found: Place, placed: Place) => menuEntryStep({ isWanted: false, found, placed, own: 'new' });

test('what is missing is placed once, and what is old is replaced', () => {
  expect(wanted(null, null)).toEqual({ step: 'place', placed: 'new' });
  expect(wanted('old', 'old')).toEqual({ step: 'place', placed: 'new' });
  expect(wanted('new', 'new')).toEqual({ step: 'leave', placed: 'new' });
  // Somebody opened it from the package: from now on it is kept new.
  expect(wanted('new', null)).toEqual({ step: 'leave', placed: 'new' });
});

test('what its owner changed stays as it is, and what was removed stays away', () => {
  expect(wanted('edited', 'old')).toEqual({ step: 'leave', placed: 'old' });
  expect(wanted('foreign', null)).toEqual({ step: 'leave', placed: null });
  expect(wanted(null, 'old')).toEqual({ step: 'leave', placed: 'old' });
});

test('switched off, only what the app placed goes, and who switches it on again gets it again', () => {
  expect(unwanted('old', 'old')).toEqual({ step: 'remove', placed: null });
  expect(unwanted('new', null)).toEqual({ step: 'remove', placed: null });
  expect(unwanted('edited', 'old')).toEqual({ step: 'leave', placed: null });
  expect(unwanted(null, 'old')).toEqual({ step: 'leave', placed: null });
  expect(unwanted(null, null)).toEqual({ step: 'leave', placed: null });
});

test('macOS gets it unasked, an AppImage if it is asked for, and a package has its own', () => {
  const all = (isAsked: boolean | null) =>
    (['app', 'app-if-asked', 'package'] as const).map((keeper) => isMenuWanted(keeper, isAsked));
  expect([all(null), all(true), all(false)]).toEqual([
    [true, false, null],
    [true, true, null],
    [false, false, null],
  ]);
});

test('a menu for an AppImage starts that file, and none is made for a name that would say more', () => {
  const template = 'Exec=encrew -- %F\nDependencies=encrew;\nIcon=encrew\n';
  expect(menuFileFor(template, '/home/ann/My Apps/$&.AppImage')).toBeNull();
  expect(menuFileFor(template, '/home/ann/My Apps/Encrew.AppImage')).toBe(
    'Exec="/home/ann/My Apps/Encrew.AppImage" -- %F\nIcon=encrew\n',
  );
  const odd = ['"', '`', '$', '\\', '%', '\n', ''].map((text) =>
    menuFileFor(template, text === '' ? '' : `/a${text}b`),
  );
  expect(odd).toEqual(odd.map(() => null));
});
