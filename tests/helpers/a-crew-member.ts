import type { CrewMember } from '#main/fleet/crew.ts';
import { offer } from './node-offer.ts';

/** A node that is there and idle, but for what is given. */
export function aCrewMember(nodeId: string, set: Partial<CrewMember> = {}): CrewMember {
  return {
    ...{ nodeId, name: `Node ${nodeId}`, isLocal: true, offer, isReady: true, running: new Map() },
    ...{ restUntilMs: 0, draining: false },
    ...{ tags: [], speeds: new Map(), linkBps: null, breakerUntilMs: null, sourcesOf: new Set() },
    assign: async () => ({ accepted: true, reason: null }),
    stop: () => {},
    forget: () => {},
    orders: () => {},
    restart: () => {},
    prove: () => {},
    heardMs: 0,
    hangUp: () => {},
    ...set,
  };
}
