import type { Request } from 'express';
import { type Role, roleSuffices } from '#shared/model/user.ts';
import type { Authenticate } from './authentication.ts';
import { demandSameSite } from './cross-origin.ts';
import { exchangeOf } from './exchange.ts';
import type { RateGate } from './rate-limits.ts';
import { type Actor, RequestRefused, type Route } from './route.ts';

export type Gate = {
  authenticate: Authenticate;
  countRequest: RateGate;
  allowedOrigins(): readonly string[];
};

/** Finds out who asks, and throws RequestRefused where the row is not for them, or not now, or not from there. */
export async function admit(gate: Gate, row: Route, request: Request): Promise<Actor | null> {
  const exchange = exchangeOf(request);
  const { address } = exchange;
  const found = await gate.authenticate({ headers: request.headers, address });
  // From here on the audit knows whom it is refused to.
  exchange.actor = found.ok ? found.actor : null;
  await gate.countRequest(row, request);
  // Whoever signs in may still hold a session that has ended.
  if (!found.ok && row.role !== 'anyone') throw new RequestRefused(found.code, found.details);
  demandSameSite(row, request.headers, found, gate.allowedOrigins());
  demandRole(exchange.actor, row.role);
  return exchange.actor;
}

/** RequestRefused where the actor is less than `needed`. */
export function demandRole(actor: Actor | null, needed: Role | 'anyone'): void {
  if (needed === 'anyone') return;
  if (actor === null) {
    throw new RequestRefused('ENC-AUTH-001', 'Sign in, or send an API token as "Authorization: Bearer ...".');
  }
  if (!roleSuffices(actor.role, needed)) {
    throw new RequestRefused('ENC-AUTH-004', `This needs the role ${needed}; ${actor.name} is ${actor.role}.`);
  }
}
