import type { PairingNews } from '#main/agent/pairing-desk.ts';
import { spacedDigits } from '#main/platform/pairing-digits.ts';

/** What the node's own screen says of a pairing, in one line. Names come from strangers, and were made fit to be shown. */
export function pairingLine(news: PairingNews): string {
  switch (news.kind) {
    case 'compare':
      return `Pairing with ${news.name} (${news.address}): ${spacedDigits(news.digits)}. Confirm on the server if it shows the same.`;
    case 'paired':
      return `Paired with ${news.name} (${news.address})`;
    case 'ended':
      return `Pairing with ${news.name} is over: ${reasons[news.because]}`;
  }
}

const reasons: Record<Extract<PairingNews, { kind: 'ended' }>['because'], string> = {
  expired: 'nobody confirmed it in time',
  cancelled: 'it was called off',
  cheat: 'the server did not play by the rules. Somebody may be meddling with your network',
};
