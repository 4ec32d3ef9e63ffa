import type { Crew, CrewMember } from './crew.ts';

/** Answers, each time that it is asked, whose standing has changed since: who came or left, or offers or may do something else. */
export function crewChanges(crew: Crew): () => string[] {
  let before = new Map<string, Standing>();
  return () => {
    const now = new Map(crew.members().map((member) => [member.nodeId, standingOf(member)]));
    const nodeIds = new Set([...before.keys(), ...now.keys()]);
    const changed = [...nodeIds].filter((nodeId) => !isSame(before.get(nodeId), now.get(nodeId)));
    before = now;
    return changed.sort();
  };
}

/** An offer is replaced when it changes, so that it need not be looked through. */
type Standing = Pick<CrewMember, 'offer' | 'draining' | 'breakerUntilMs'>;

function standingOf({ offer, draining, breakerUntilMs }: CrewMember): Standing {
  return { offer, draining, breakerUntilMs };
}

function isSame(one: Standing | undefined, other: Standing | undefined): boolean {
  return (
    one?.offer === other?.offer && one?.draining === other?.draining && one?.breakerUntilMs === other?.breakerUntilMs
  );
}
