import type { z } from 'zod';
import { type Profile, profile } from '#shared/model/profile.ts';
import { type Draft, recipeOf } from './draft.ts';

/** One thing that a recipe can't be saved with: where (`video.ladder[0].width`, as the server says it) and what. */
export type Fault = {
  path: string;
  kind:
    | { is: 'missing' | 'format' }
    | { is: 'too-small' | 'too-large'; limit: number }
    | { is: 'too-few' | 'too-many'; limit: number }
    | { is: 'step'; step: number }
    /** In the words of the server's schema. */
    | { is: 'said'; message: string };
};

/** The recipe that would be saved, or all that keeps it from being saved. */
export function judged(
  draft: Draft,
): { recipe: Profile; faults: readonly [] } | { recipe: null; faults: readonly Fault[] } {
  const parsed = profile.safeParse(recipeOf(draft));
  if (parsed.success) return { recipe: parsed.data, faults: [] };
  return {
    recipe: null,
    faults: parsed.error.issues.map((issue) => ({ path: pathText(issue.path), kind: kindOf(issue) })),
  };
}

function kindOf(issue: z.core.$ZodIssue): Fault['kind'] {
  switch (issue.code) {
    case 'invalid_type':
      return { is: 'missing' };
    case 'too_small':
      if (issue.origin === 'string') return { is: 'missing' };
      return { is: issue.origin === 'array' ? 'too-few' : 'too-small', limit: Number(issue.minimum) };
    case 'too_big':
      return { is: issue.origin === 'array' ? 'too-many' : 'too-large', limit: Number(issue.maximum) };
    case 'not_multiple_of':
      return { is: 'step', step: issue.divisor };
    case 'invalid_format':
      return { is: 'format' };
    default:
      return { is: 'said', message: issue.message };
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
