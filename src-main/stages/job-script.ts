import type { FfmpegStep } from '#main/media/command/ffmpeg-step.ts';
import { packageScript } from '#main/media/command/package-script.ts';
import { shellCommand } from '#main/media/command/shell-quote.ts';
import { taskSteps } from '#main/media/command/task-steps.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

/** One task's commands as a person would type them, to be run one after the other in one empty folder. */
export type ScriptEntry = { task: string; commands: string[] };

/** Every command of the job in an order that works (S2 DryRun). */
export function jobScript(
  plan: EncodePlan,
  facts: MediaFacts,
  choice: EncoderChoice,
  sourcePath: string,
  tools: { ffmpegPath: string },
): ScriptEntry[] {
  return plan.tasks
    .map((task) => {
      if (task.type === 'package') {
        return { task: task.id, commands: packageScript(plan, facts, sourcePath, tools.ffmpegPath) };
      }
      const steps = taskSteps(plan, task, choice, sourcePath, taskFolder(task.id, 'done'));
      return { task: task.id, commands: steps.flatMap((step) => stepLines(step, tools)) };
    })
    .filter((entry) => entry.commands.length > 0);
}

/** The script as one block to paste into a POSIX shell. */
export function scriptText(script: readonly ScriptEntry[]): string {
  const lines = script.flatMap(({ task, commands }) => [`# ${task}`, ...commands]);
  return ['# Commands: paste them into a shell, in an empty folder', ...lines, ''].join('\n');
}

function stepLines(step: FfmpegStep, { ffmpegPath }: { ffmpegPath: string }): string[] {
  return [shellCommand(['mkdir', '-p', ...step.folders]), shellCommand([ffmpegPath, ...step.args])];
}
