import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { taskSteps } from '#main/media/command/task-steps.ts';
import { taskFolder } from '#main/media/command/work-layout.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import { expectedFiles } from './checkpoint.ts';

/** Every file that a task leaves, relative to its folder; known without its source. */
export function taskFiles(plan: EncodePlan, task: PlannedTask, choice: EncoderChoice): string[] {
  const folder = taskFolder(task.id, 'running');
  const steps = taskSteps(plan, task, choice, '/source', folder);
  return expectedFiles(
    plan,
    task,
    folder,
    steps.flatMap(({ makes }) => makes),
  );
}
