import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import { audioCommands } from './audio-command.ts';
import { extractCommands } from './extract-command.ts';
import type { FfmpegStep } from './ffmpeg-step.ts';
import { type EncoderChoice, videoCommands } from './video-command.ts';

/** The FFmpeg steps of an encoding task that write into `folder`; none for tasks that only move and describe. */
export function taskSteps(
  plan: EncodePlan,
  task: PlannedTask,
  choice: EncoderChoice,
  sourcePath: string,
  folder: string,
  gpuDevice: string | null = null,
): FfmpegStep[] {
  switch (task.type) {
    case 'extract':
      return extractCommands(plan, sourcePath, folder);
    case 'audio':
      return audioCommands(plan, sourcePath, folder);
    case 'video':
      return videoCommands(plan, task, choice, sourcePath, folder, gpuDevice);
    case 'package':
    case 'validate':
    case 'publish':
      return [];
  }
}
