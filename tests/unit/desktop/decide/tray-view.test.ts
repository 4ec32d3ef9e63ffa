import { expect, test } from 'vitest';
import { type DeskFacts, noFacts } from '#main/desktop/decide/facts.ts';
import { taskbarProgress } from '#main/desktop/decide/taskbar-progress.ts';
import { type TrayItem, trayView } from '#main/desktop/decide/tray-view.ts';
import { chooseWords } from '#main/desktop/decide/words/choose-words.ts';
import { en } from '#main/desktop/decide/words/en.ts';

const server: DeskFacts = {
  ...{ ...noFacts, mode: 'server', server: 'running' },
  queue: { running: 0, waiting: 0, progress: null },
};
const busy: DeskFacts = { ...server, queue: { running: 2, waiting: 3, progress: 0.999 } };
const lent = { name: 'den', port: 9626, serverUrl: 'http://192.168.1.5:7420', pairing: null };
const node: DeskFacts = { ...noFacts, mode: 'node', node: 'running', lent };

test.each<[string, DeskFacts, string, string]>([
  ['before anything was chosen', noFacts, 'idle', 'Encrew: waiting for your first choice'],
  ['while the server starts', { ...server, server: 'starting', queue: null }, 'idle', 'Encrew: starting'],
  ['with nothing to do', server, 'idle', 'Encrew: nothing to do'],
  ['with work: never 100 % before it is finished', busy, 'working', 'Encrew: 2 films, 99 %, 3 waiting'],
  ['paused', { ...busy, pause: { untilMs: null } }, 'paused', 'Encrew: paused'],
  ['paused for a while', { ...busy, pause: { untilMs: 60_000 } }, 'paused', 'Encrew: paused until 60 s'],
  [
    'broken, even if paused',
    { ...busy, server: 'broken', pause: { untilMs: null } },
    'attention',
    `Encrew: ${en.tray.broken}`,
  ],
  ['lent', { ...node, lentTasks: 1 }, 'working', 'Encrew: lent to a server'],
  ['to be lent', { ...node, lent: { ...lent, serverUrl: null } }, 'idle', 'Encrew: waiting to be paired'],
  ['finishing', { ...busy, isFinishing: true }, 'working', 'Encrew: finishing'],
])('the tray %s', (_when, facts, icon, tooltip) => {
  const view = trayView(facts, en, timeOf);
  expect({ icon: view.icon, tooltip: view.tooltip }).toEqual({ icon, tooltip });
});

test('the menu of a server that works', () => {
  expect(menu(busy)).toEqual([
    '"2 films, 99 %, 3 waiting"',
    '-',
    'open: Open Encrew',
    'pause: Pause this machine',
    'pause-hour: Pause for an hour',
    'become-node: Lend this machine to a server [ ]',
    '-',
    'quit-when-done: Quit when everything is done [ ]',
    'quit: Quit',
  ]);
});

test('what is on can be turned off, and an update is offered once it is there', () => {
  const facts: DeskFacts = { ...node, pause: { untilMs: null }, quitWhenDone: true, isUpdateReady: true };
  expect(menu(facts)).toEqual([
    '"paused"',
    '-',
    'open: Open Encrew',
    'resume: Resume',
    'become-node: This machine is lent [x] (off)',
    '-',
    'restart-to-update: Restart to update',
    'quit-when-done: Quit when everything is done [x]',
    'quit: Quit',
  ]);
});

test('before the first choice there is nothing to pause, and while it ends one can only end it', () => {
  const usable = (facts: DeskFacts) =>
    trayView(facts, en, timeOf).items.flatMap((item) =>
      item !== 'line' && 'isEnabled' in item && item.isEnabled ? item.action : [],
    );
  expect(usable(noFacts)).toEqual(['open', 'become-node', 'quit']);
  expect(usable({ ...busy, isFinishing: true })).toEqual(['quit']);
});

test.each<[string, DeskFacts, unknown]>([
  ['nothing while nothing runs', server, { value: -1, mode: 'none' }],
  ['how far it is', busy, { value: 0.999, mode: 'normal' }],
  [
    'that it works, before it knows how far',
    { ...busy, queue: { running: 1, waiting: 0, progress: null } },
    { value: 2, mode: 'indeterminate' },
  ],
  ['a pause', { ...busy, pause: { untilMs: null } }, { value: 0.999, mode: 'paused' }],
  ['a fault', { ...busy, server: 'broken' }, { value: 0.999, mode: 'error' }],
  ['that it is lent and works', { ...node, lentTasks: 2 }, { value: 2, mode: 'indeterminate' }],
  [
    'nothing while a lent machine rests',
    { ...node, lentTasks: 2, pause: { untilMs: null } },
    { value: -1, mode: 'none' },
  ],
])('the taskbar shows %s', (_what, facts, expected) => {
  expect(taskbarProgress(facts)).toEqual(expected);
});

test('the shell speaks the first language of the system that it knows', () => {
  const pick = (...languages: string[]) => chooseWords(languages).quit;
  expect([pick('de-AT'), pick('pt-BR', 'fr-CA'), pick('JA_jp'), pick('es'), pick('nl'), pick()]).toEqual([
    'Beenden',
    'Quitter',
    '終了',
    'Salir',
    'Quit',
    'Quit',
  ]);
});

function timeOf(atMs: number): string {
  return `${atMs / 1000} s`;
}

function menu(facts: DeskFacts): string[] {
  return trayView(facts, en, timeOf).items.map(line);
}

function line(item: TrayItem): string {
  if (item === 'line') return '-';
  if (item.kind === 'text') return `"${item.label}"`;
  const state = item.kind === 'switch' ? ` [${item.isOn ? 'x' : ' '}]` : '';
  return `${item.action}: ${item.label}${state}${item.isEnabled ? '' : ' (off)'}`;
}
