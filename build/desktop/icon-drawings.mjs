import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../setup/project-root.mjs';

/*
 * All pictures of the app, as SVG text made from the one in resources/. That is 32 units wide and holds a ground and, by the id
 * `mark`, what stays when there are no colours.
 */

const icon = readFileSync(join(projectRoot, 'resources', 'icon.svg'), 'utf8');
const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(icon)?.[1] ?? '';
const mark = /<path id="mark" d="([^"]+)"/.exec(icon)?.[1] ?? '';
if (inside === '' || mark === '') throw new Error('resources/icon.svg has no path with the id "mark"');

/** The icon as it is: Windows, Linux, browsers. */
export const appIcon = svg(inside);

/** With the margin that macOS' own icons have: 824 of 1024 points. */
export const macIcon = svg(`<g transform="translate(3.125 3.125) scale(${824 / 1024})">${inside}</g>`);

/**
 * What stands in the tray. A state is told by the shape of its badge, since colours don't reach everybody.
 * @typedef {'idle' | 'working' | 'paused' | 'attention'} TrayState
 * @type {readonly TrayState[]}
 */
export const trayStates = ['idle', 'working', 'paused', 'attention'];

/** Around (24, 24), within 8 units; on even places, where the 16 pixels of a tray have their edges. @type {Readonly<Record<TrayState, { shape: string, colour: string } | null>>} */
const badges = {
  idle: null,
  working: { shape: 'M20 18l9 6-9 6z', colour: '#2b8a3e' },
  paused: { shape: 'M18 19h4v10h-4zm8 0h4v10h-4z', colour: '#495057' },
  attention: { shape: 'M22 18h4v6h-4zm0 8h4v4h-4z', colour: '#c92a2a' },
};

/** For Windows and Linux, on light and dark bars. @param {TrayState} state */
export function trayIcon(state) {
  const badge = badges[state];
  if (badge === null) return appIcon;
  return svg(
    `${inside}<circle cx="24" cy="24" r="9" fill="#fff"/><circle cx="24" cy="24" r="8" fill="${badge.colour}"/><path d="${badge.shape}" fill="#fff"/>`,
  );
}

/** For macOS, which takes the shape alone and colours it itself. @param {TrayState} state */
export function trayTemplate(state) {
  const badge = badges[state];
  const bars = `<path d="${mark}" transform="translate(-3 -2)" fill="#000"/>`;
  if (badge === null) return svg(bars);
  const hole =
    '<mask id="around"><rect x="-8" y="-8" width="48" height="48" fill="#fff"/><circle cx="24" cy="24" r="9" fill="#000"/></mask>';
  return svg(`${hole}<g mask="url(#around)">${bars}</g><path d="${badge.shape}" fill="#000"/>`);
}

/** @param {string} content */
function svg(content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${content}</svg>`;
}
