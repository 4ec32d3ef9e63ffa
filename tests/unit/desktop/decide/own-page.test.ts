import { expect, test } from 'vitest';
import { autostartEntry } from '#main/desktop/decide/autostart-entry.ts';
import { isOwnPage, isWebPage } from '#main/desktop/decide/own-page.ts';
import { placeWindow } from '#main/desktop/decide/window-place.ts';

const server = 'http://127.0.0.1:7420';

test.each([
  ['http://127.0.0.1:7420/queue?x=1', true],
  ['encrew-app://pages/anything', true],
  ['http://127.0.0.1:7421/', false],
  ['https://127.0.0.1:7420/', false],
  ['http://127.0.0.1:7420.evil.example/', false],
  ['http://127.0.0.1:7420@evil.example/', false],
  ['http://localhost:7420/', false],
  ['encrew-app://elsewhere/', false],
  ['file:///etc/passwd', false],
  ['data:text/html,hello', false],
  ['about:blank', false],
  ['', false],
])('%s as a page of ours: %s', (address, expected) => {
  expect(isOwnPage(address, server)).toBe(expected);
});

test('before a server runs only the app’s own pages are ours', () => {
  expect([isOwnPage(`${server}/`, null), isOwnPage('encrew-app://pages/', null)]).toEqual([false, true]);
});

test('only web pages are opened in the browser', () => {
  const addresses = [
    'https://example.org/',
    'http://192.168.1.5:7420',
    'file:///bin/sh',
    'ms-msdt:/id',
    'javascript:0',
    'x',
  ];
  expect(addresses.map(isWebPage)).toEqual([true, true, false, false, false, false]);
});

test('a window opens where it stood, or in the middle when its screen is gone', () => {
  const laptop = { x: 0, y: 0, width: 1_440, height: 900 };
  const second = { x: 1_440, y: 0, width: 2_560, height: 1_440 };
  const there = { x: 1_600, y: 100, width: 1_200, height: 800, isMaximized: true };
  const middle = { x: 80, y: 30, width: 1_280, height: 840, isMaximized: false };
  expect({
    there: placeWindow(there, [laptop, second]),
    gone: placeWindow(there, [laptop]),
    first: placeWindow(null, [laptop]),
    titleAbove: placeWindow({ ...there, y: -50 }, [laptop, second]),
    tooSmall: placeWindow({ ...there, width: 10, height: 10, x: 100 }, [laptop]),
    tooLarge: placeWindow({ ...there, x: 10, width: 9_000, height: 9_000 }, [laptop]),
    smallScreen: placeWindow(null, [{ x: 0, y: 0, width: 1_024, height: 600 }]),
    noScreen: placeWindow(null, []),
  }).toEqual({
    there,
    gone: middle,
    first: middle,
    titleAbove: middle,
    tooSmall: middle,
    tooLarge: { ...there, x: 10, width: 1_440, height: 900 },
    smallScreen: { x: 0, y: 0, width: 1_024, height: 600, isMaximized: false },
    noScreen: { x: 0, y: 0, width: 1_280, height: 840, isMaximized: false },
  });
});

test('Linux starts the app with the session by a file that says where it is', () => {
  expect(autostartEntry('/opt/My "App" $1 `x` 100%\\/encrew')?.split('\n')).toEqual([
    '[Desktop Entry]',
    'Type=Application',
    'Name=Encrew',
    'Exec="/opt/My \\\\"App\\\\" \\\\$1 \\\\`x\\\\` 100%%\\\\\\\\/encrew" --hidden',
    'Icon=encrew',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ]);
  expect(autostartEntry('/opt/a\nExec=evil')).toBeNull();
});
