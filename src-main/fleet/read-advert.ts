import type { Answer, SrvAnswer, TxtAnswer } from 'dns-packet';
import { z } from 'zod';
import type { HeardPacket } from '#main/platform/multicast-dns.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import { type FoundNode, nodeServiceType } from '#shared/protocol/node-discovery.ts';

/** What a packet says of one node. */
export type HeardAdvert = {
  /** It says goodbye. */
  isGone: boolean;
  node: Omit<FoundNode, 'addresses' | 'lastSeenAtMs'>;
};

/** A real packet is of one node; more than this are of somebody who wants to fill the list. */
const mostInPacket = 4;
/** RFC 6763 6.2: typical ones have 200 bytes, large ones 1,300. */
const largestTextBytes = 1_300;
const longestName = 100;

/** The nodes in a packet that anybody may have sent; what is not well-formed is left out. Nodes send all of it in one packet. */
export function readAdverts({ records }: HeardPacket): HeardAdvert[] {
  const names = records.flatMap((record) =>
    record.type === 'PTR' && record.name.toLowerCase() === nodeServiceType ? [record.data.toLowerCase()] : [],
  );
  return [...new Set(names)].slice(0, mostInPacket).flatMap((name) => {
    const own = records.filter((record) => record.name.toLowerCase() === name);
    const srv = own.find(isSrv);
    const txt = own.find(isTxt);
    if (srv === undefined || txt === undefined || srv.data.port === 0) return [];
    const said = txtRecord.safeParse(Object.fromEntries(pairsOf(txt)));
    if (!said.success) return [];
    const { gpu, ...facts } = said.data;
    const host = plainLine(srv.data.target, longestName);
    const isGone = srv.ttl === 0 || txt.ttl === 0;
    return [{ isGone, node: { ...facts, gpu: gpu === '' ? null : gpu, host, port: srv.data.port } }];
  });
}

const wholeNumber = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number);
const line = (longest: number) => z.string().transform((text) => plainLine(text, longest));

/** Others of its keys are those of later versions. */
const txtRecord = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  name: line(longestName).pipe(z.string().min(1)),
  version: line(40),
  protocol: wholeNumber,
  cores: wholeNumber,
  gpu: line(longestName).default(''),
  paired: z.enum(['0', '1']).transform((flag) => flag === '1'),
});

/** RFC 6763 6.4: the first of a key counts. */
function pairsOf({ data }: TxtAnswer): [string, string][] {
  const strings = [data].flat().map((part) => Buffer.from(part));
  const bytes = strings.reduce((sum, { length }) => sum + length, 0);
  if (bytes > largestTextBytes) return [];
  return strings
    .map((part): [string, string] => {
      const [key = '', ...value] = part.toString('utf8').split('=');
      return [key.toLowerCase(), value.join('=')];
    })
    .toReversed();
}

function isSrv(record: Answer): record is SrvAnswer {
  return record.type === 'SRV';
}

function isTxt(record: Answer): record is TxtAnswer {
  return record.type === 'TXT';
}
