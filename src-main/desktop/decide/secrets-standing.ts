import type { SecretsStanding } from '#shared/protocol/desktop.ts';

/** How this machine's secrets lie, once the keychain was asked. */
export function secretsStanding(facts: {
  /** By its people. */
  isWanted: boolean;
  /** There is a key that the keychain keeps and gives out. */
  hasKey: boolean;
  /** Secrets that nothing opens now. */
  closed: number;
}): SecretsStanding {
  if (facts.closed > 0) return 'locked';
  if (!facts.isWanted) return 'off';
  return facts.hasKey ? 'kept' : 'unavailable';
}
