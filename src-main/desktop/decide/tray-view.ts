import { type DeskFacts, isWorking } from './facts.ts';
import type { Words } from './words/words.ts';

/** Names of pictures: `tray-working.png`. */
export type TrayIcon = 'idle' | 'working' | 'paused' | 'attention';

export type TrayAction =
  | 'open'
  | 'pause'
  | 'pause-hour'
  | 'resume'
  | 'become-node'
  | 'quit-when-done'
  | 'restart-to-update'
  | 'quit';

export type TrayItem =
  | 'line'
  | { kind: 'action'; action: TrayAction; label: string; isEnabled: boolean }
  | { kind: 'switch'; action: TrayAction; label: string; isEnabled: boolean; isOn: boolean }
  /** Says how it stands, where no tooltip is shown (Linux). */
  | { kind: 'text'; label: string };

export type TrayView = { icon: TrayIcon; tooltip: string; items: readonly TrayItem[] };

/** What the tray shows. `timeOf` writes a moment in the user's way: `14:30`. */
export function trayView(facts: DeskFacts, words: Words, timeOf: (atMs: number) => string): TrayView {
  const told = stateText(facts, words, timeOf);
  return { icon: iconOf(facts), tooltip: `Encrew: ${told}`, items: itemsOf(facts, words, told) };
}

function iconOf(facts: DeskFacts): TrayIcon {
  if (facts.server === 'broken' || facts.node === 'broken') return 'attention';
  if (facts.pause !== null) return 'paused';
  return isWorking(facts) ? 'working' : 'idle';
}

function stateText(facts: DeskFacts, { tray }: Words, timeOf: (atMs: number) => string): string {
  const { mode, server, node, pause, queue, lent } = facts;
  if (facts.isFinishing) return tray.finishing;
  if (server === 'broken' || node === 'broken') return tray.broken;
  if (mode === null) return tray.notChosen;
  if (server === 'starting' || (node === 'starting' && server === 'off')) return tray.starting;
  if (pause !== null) return pause.untilMs === null ? tray.paused : tray.pausedUntil(timeOf(pause.untilMs));
  const parts = [
    ...(queue === null || queue.running === 0 ? [] : [tray.working(queue.running, percentOf(queue.progress))]),
    ...(queue === null || queue.waiting === 0 ? [] : [tray.waiting(queue.waiting)]),
    ...(lent === null ? [] : [lent.serverUrl === null ? tray.unpaired : tray.lent]),
  ];
  return parts.length === 0 ? tray.idle : parts.join(', ');
}

/** Down, since 100 % means that it is finished. */
function percentOf(ratio: number | null): number | null {
  return ratio === null ? null : Math.floor(ratio * 100);
}

function itemsOf(facts: DeskFacts, words: Words, told: string): TrayItem[] {
  const { mode, pause, isFinishing } = facts;
  const isReady = mode !== null && !isFinishing;
  const action = (name: TrayAction, label: string, isEnabled = isReady): TrayItem => {
    return { kind: 'action', action: name, label, isEnabled };
  };
  const isLent = mode === 'node' || mode === 'both';
  return [
    { kind: 'text', label: told },
    'line',
    action('open', words.open, !isFinishing),
    ...(pause === null
      ? [action('pause', words.pause), action('pause-hour', words.pauseHour)]
      : [action('resume', words.resume)]),
    {
      ...{ kind: 'switch', action: 'become-node', label: isLent ? words.isNode : words.becomeNode },
      ...{ isEnabled: !isLent && !isFinishing, isOn: isLent },
    },
    'line',
    ...(facts.isUpdateReady ? [action('restart-to-update', words.restartToUpdate, !isFinishing)] : []),
    {
      ...{ kind: 'switch', action: 'quit-when-done', label: words.quitWhenDone },
      ...{ isEnabled: isReady, isOn: facts.quitWhenDone },
    },
    action('quit', words.quit, true),
  ];
}
