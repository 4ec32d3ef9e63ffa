import type { Profile } from '#shared/model/profile.ts';
import type { JobOptions } from '#shared/model/job.ts';
import { newPlan, type PlanView, planView } from '#shared/protocol/plans.ts';
import { demandActor } from '../demand-actor.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { type Usable, usableInput, usableRecipe } from '../submit-job.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import type { ProfileRules } from '#main/store/resolve-profile.ts';

export type Foreseen = { ok: true; plan: PlanView } | { ok: false; message: string };

export type PlanDeps = {
  queue: Pick<QueueContext, 'db'>;
  rules: ProfileRules;
  /** Refuses, by RequestRefused, what this actor may not use; answers the path to use (an upload's for `upload:ID`). */
  allowInput: (actor: Actor, input: string) => Promise<string>;
  /** Looks at a film and plans it. Rejects when `signal` is aborted. */
  foresee: (wish: { path: string; recipe: Profile; options: JobOptions }, signal: AbortSignal) => Promise<Foreseen>;
};

/** What would be made, before anything is. */
export function planRoutes({ queue, rules, allowInput, foresee }: PlanDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/plans',
      tag: 'jobs',
      summary: 'Tells what a job would make of a film, with a reason for everything dropped or changed; adds nothing',
      role: 'operator',
      body: newPlan,
      badBody: 'ENC-JOB-001',
      answer: planView,
      audit: 'never',
      problems: ['ENC-JOB-001', 'ENC-JOB-002', 'ENC-JOB-003', 'ENC-JOB-007', 'ENC-STO-002'],
      handle: async ({ body, actor, signal }) => {
        const path = await allowInput(demandActor(actor), body.input);
        const { recipe } = demand(await usableRecipe(queue.db, body.profile, rules));
        demand(await usableInput(path));
        const foreseen = await foresee({ path, recipe, options: body.options }, signal);
        if (!foreseen.ok) throw new RequestRefused('ENC-JOB-007', foreseen.message);
        return { body: foreseen.plan };
      },
    }),
  ];
}

function demand<Found extends object>(found: Usable<Found>): Found {
  if (found.ok) return found;
  throw new RequestRefused(found.code, found.details);
}
