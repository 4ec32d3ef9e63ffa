import { type Actor, RequestRefused } from './route.ts';

/** Who asks, on a row that is not for anyone: the framework lets nobody else in. */
export function demandActor(actor: Actor | null): Actor {
  if (actor === null) throw new RequestRefused('ENC-AUTH-001', 'Sign in first.');
  return actor;
}
