import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { ResolveName } from '#main/platform/resolve-name.ts';
import type { TextSealer } from '#main/platform/sealed-text.ts';
import type { Database } from '#main/store/schema.ts';

/** What webhooks need of the server. */
export type WebhookDeps = {
  db: Kysely<Database>;
  clock: Clock;
  log: Logger;
  sealer: TextSealer;
  /** The setting `allowPrivateWebhooks`, as it is now. */
  allowPrivate(): boolean;
  resolveName: ResolveName;
  /** From 0 up to 1. */
  chance(): number;
  /** For the User-Agent header. */
  version: string;
};
