import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { ResolveName } from '#main/platform/resolve-name.ts';
import type { JudgeAddress, Reach } from './address-rules.ts';
import { FetchFailed } from './fetch-failed.ts';

/** Who may be connected with. */
export type Guard = { resolveName: ResolveName; judge: JudgeAddress; reach: Reach };

/**
 * For a connection's own look at a name: it sees those addresses alone that are allowed, so that no second answer of a name
 * server slips in after a check (DNS rebinding). FetchFailed where none is left.
 */
export function guardedLookup({ resolveName, judge, reach }: Guard): LookupFunction {
  const allowedOf = async (name: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const found = await resolveName(name).catch((error: unknown) => {
      throw new FetchFailed('name', { cause: error });
    });
    const [first, ...others] = found.filter(({ address }) => judge(address, reach) === null);
    if (first !== undefined) return [first, ...others];
    const [refused] = found;
    throw new FetchFailed(refused === undefined ? 'name' : (judge(refused.address, reach) ?? 'name'));
  };
  return (name, options, answer) => {
    void allowedOf(name).then(
      (allowed) => (options.all === true ? answer(null, allowed) : answer(null, allowed[0].address, allowed[0].family)),
      (error: unknown) => answer(error instanceof Error ? error : new FetchFailed('name'), ''),
    );
  };
}

/** FetchFailed for what no film is fetched from; names are looked at by `guardedLookup`, which is not asked for bare addresses. */
export function demandAllowed(url: URL, { judge, reach }: Guard): void {
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isWeb || url.username !== '' || url.password !== '') throw new FetchFailed('redirect');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const fault = isIP(host) === 0 ? null : judge(host, reach);
  if (fault !== null) throw new FetchFailed(fault);
}
