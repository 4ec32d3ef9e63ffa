import { basename } from 'node:path';
import type { JobEvent } from '#main/app/job.ts';
import type { Clock } from '#main/platform/clock.ts';
import { bitrateText, clockText } from '#shared/format/quantity.ts';
import type { EncodePlan, Reason } from '#shared/model/plan.ts';
import { oneLine } from './one-line.ts';

export type JobNews = { event: (event: JobEvent) => void; end: () => void };

/** Without a terminal a line every so often is enough: it ends up in a log. */
const quietIntervalMs = 10_000;
const terminalIntervalMs = 200;

/** Ends have a line of their own, and a file that can't be used has that line alone. */
const toldElsewhere: ReadonlySet<string> = new Set(['probing', 'planning', 'completed', 'failed', 'refused']);

/** What a job tells on stderr: a line that moves on a terminal, a line now and then elsewhere. */
export function jobNews(path: string, place: { number: number; of: number } | null, clock: Clock): JobNews {
  const terminal = process.stderr.isTTY;
  const head = `${place === null ? '' : `[${place.number}/${place.of}] `}${oneLine(basename(path))}`;
  const intervalMs = terminal ? terminalIntervalMs : quietIntervalMs;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let state = 'starting';
  let lineIsOpen = false;

  const say = (text: string): void => {
    const width = process.stderr.columns ?? 100;
    process.stderr.write(terminal ? `\r\u001b[2K${text.slice(0, width - 1)}` : `${text}\n`);
    lineIsOpen = terminal;
    saidAtMs = clock.monotonicMs();
  };
  let losses: readonly string[] = [];
  return {
    event: (event) => {
      if (event.type === 'planned') {
        losses = lossesOf(event.plan);
      } else if (event.type === 'state') {
        state = event.state;
        // Told when the work begins: a target that can't be used is one line and no more.
        if (state === 'encoding') for (const loss of losses) process.stderr.write(`  ${loss}\n`);
        if (terminal || !toldElsewhere.has(state)) say(`${head}: ${state}`);
      } else if (event.type === 'progress' && clock.monotonicMs() - saidAtMs >= intervalMs) {
        say(`${head}: ${state} ${progressText(event)}`);
      }
    },
    end: () => {
      if (lineIsOpen) process.stderr.write('\r\u001b[2K');
    },
  };
}

/** What a viewer will miss or see changed for good, in the plan's words. */
function lossesOf(plan: EncodePlan): string[] {
  return plan.decisions
    .filter(
      ({ action, because }) =>
        action === 'burn-in' || because === 'dolby-vision-base-layer' || (action === 'drop' && !isRung(because)),
    )
    .map(({ action, subject, detail }) => oneLine(`${action} ${subject}: ${detail}`));
}

/** A rung that the source is too small for is no loss. */
function isRung(because: Reason): boolean {
  return because === 'larger-than-source' || because === 'same-size-as-another-rung';
}

function progressText({ progress, fps, speed, bitrateBps, etaSec }: Extract<JobEvent, { type: 'progress' }>): string {
  const parts = [
    `${(progress * 100).toFixed(1)} %`,
    fps === null ? '' : `${Math.round(fps)} fps`,
    speed === null ? '' : `${speed.toFixed(2)}x`,
    bitrateBps === null ? '' : bitrateText(bitrateBps),
    etaSec === null ? '' : `${clockText(etaSec)} left`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
