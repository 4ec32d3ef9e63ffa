import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { makePlan, type PlanOptions } from '#main/media/plan/plan.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { EncodePlan, PlanRefusal } from '#shared/model/plan.ts';
import { type Profile, type ProfileInput, profile } from '#shared/model/profile.ts';

/** A profile that comes with Encrew. */
export function builtIn(name: string): Profile {
  const found = builtInProfiles.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no built-in profile ${name}`);
  return found;
}

type Changes = Partial<Omit<ProfileInput, 'video' | 'audio'>> & {
  video?: Partial<ProfileInput['video']>;
  audio?: Partial<ProfileInput['audio']>;
};

/** One rung of H.264 and stereo AAC in HLS, but for what is given. */
export function aProfile(changes: Changes = {}): Profile {
  return profile.parse({
    name: 'test',
    title: 'Test',
    container: 'hls',
    ...changes,
    video: {
      ladder: [{ width: 1280, height: 720, bitrateBps: 2_000_000 }],
      encoders: ['libx264'],
      rateControl: { mode: 'capped-crf', crf: 21 },
      ...changes.video,
    },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 160_000 }], ...changes.audio },
  });
}

const options: PlanOptions = { name: 'Film', chunkSec: null, acceptTruncated: false };

/** The plan; a refusal fails the test. */
export function planOf(facts: MediaFacts, wanted: Profile, set: Partial<PlanOptions> = {}): EncodePlan {
  const made = makePlan(facts, wanted, { ...options, ...set });
  if (!made.ok) throw new Error(`refused: ${made.refusal.message}`);
  return made.plan;
}

/** The refusal; a plan fails the test. */
export function refusalOf(facts: MediaFacts, wanted: Profile, set: Partial<PlanOptions> = {}): PlanRefusal {
  const made = makePlan(facts, wanted, { ...options, ...set });
  if (made.ok) throw new Error('a plan was made');
  return made.refusal;
}

/** `drop stream 3: bitmap-subtitle` of each decision, in order. */
export function decisionsOf(plan: Pick<EncodePlan, 'decisions'>): string[] {
  return plan.decisions.map(({ action, subject, because }) => `${action} ${subject}: ${because}`);
}
