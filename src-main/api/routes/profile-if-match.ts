import type { ProfileView } from '#shared/protocol/profiles.ts';
import { RequestRefused } from '../route.ts';
import { profileTag } from './profile-views.ts';

/**
 * The version that a change was made from. RequestRefused when that is not the newest one any more, or when the request does
 * not say: whoever writes without knowing what is there would undo another's work unseen.
 */
export function demandFreshBase(found: ProfileView, ifMatch: string | undefined, baseVersion: number | null): number {
  if (ifMatch === undefined && baseVersion === null) {
    const details = `Say which version was edited, by If-Match with the ETag of ${found.name} or by baseVersion: the newest is ${found.version}.`;
    throw new RequestRefused('ENC-SYS-007', details);
  }
  if (ifMatch !== undefined && !matches(ifMatch, profileTag(found))) throw changedMeanwhile(found.name, found.version);
  if (baseVersion !== null && baseVersion !== found.version) throw changedMeanwhile(found.name, found.version);
  return found.version;
}

/** Somebody else wrote a version after the one that a change was made from. */
export function changedMeanwhile(name: string, currentVersion: number): RequestRefused {
  const message = `${name} was changed meanwhile and is at version ${currentVersion}: load it, and make the change there.`;
  return new RequestRefused('ENC-SYS-008', { message, currentVersion });
}

/** RFC 9110 13.1.1: the strong comparison, so weak tags never match. */
function matches(ifMatch: string, tag: string): boolean {
  if (ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((one) => one.trim() === tag);
}
