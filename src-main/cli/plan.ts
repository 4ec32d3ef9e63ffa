import { resolve } from 'node:path';
import { Command } from 'commander';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { jobScript, scriptText } from '#main/stages/job-script.ts';
import { planSource } from '#main/stages/plan.ts';
import { defaultProfileName } from '#main/media/profile/built-in.ts';
import { interruption } from './interruption.ts';
import { loadProfile } from './load-profile.ts';
import { chunkOption } from './options.ts';
import { planText } from './plan-text.ts';
import { Unusable } from './unusable.ts';

type PlanOptions = { profile: string; json?: boolean; chunk?: number; acceptTruncated?: boolean };

/** `encrew plan INPUT`: a dry run. Prints what would be made and why, and the commands that would make it, ready to paste. */
export function planCommand(clock: Clock = systemClock): Command {
  return new Command('plan')
    .description('Shows what would be made of a file, why, and by which commands. Nothing is written.')
    .argument('<input>', 'the film')
    .option('--profile <name-or-file>', 'a built-in profile or a .json file', defaultProfileName)
    .addOption(chunkOption())
    .option('--accept-truncated', 'plan for what can be decoded of a file that is cut off')
    .option('--json', 'print the plan as one JSON object')
    .action(async (input: string, options: PlanOptions) => {
      const profile = await loadProfile(options.profile);
      const signal = interruption(clock);
      const path = resolve(input);
      const deps = { tools: await findFfmpeg(), log: silentLogger };
      const request = {
        path,
        profile,
        chunkSec: options.chunk ?? null,
        acceptTruncated: options.acceptTruncated === true,
      };
      const planned = await planSource(request, deps, signal);
      signal.throwIfAborted();
      if (!planned.ok) throw new Unusable(planned.refused.message);
      const { facts, plan, choice } = planned;
      const script = jobScript(plan, facts, choice, path, deps.tools);
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ input: path, plan, encoders: choice, commands: script })}\n`
          : `${planText(facts, plan, choice)}\n${scriptText(script)}`,
      );
    });
}
