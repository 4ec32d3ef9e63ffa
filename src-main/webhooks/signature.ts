import { createHmac } from 'node:crypto';
import { newSecret } from '#main/platform/secret-text.ts';

/*
 * S3 20.4, with the time signed too: a receiver that refuses what is older than some minutes can't be sent an old delivery
 * again by somebody who listened.
 */

/**
 * `t=1767225600,v1=5f2b...`: seconds since 1970, and HMAC-SHA256 (RFC 2104) over `{t}.{body}` in hex.
 *
 * @param timestampSec when this attempt is sent
 */
export function signature(secret: string, timestampSec: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${timestampSec}.${body}`).digest('hex');
  return `t=${timestampSec},v1=${mac}`;
}

/** 256 random bits, with a prefix by which scanners for leaked secrets know them. */
export function newWebhookSecret(): string {
  return newSecret('whsec_');
}

/** What a webhook's secret is sealed for. */
export function secretOwner(webhookId: string): string {
  return `webhook:${webhookId}`;
}
