import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useNowMs } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { useBusyWords } from '../../components/server-words.ts';
import { standingOf } from './node-state.ts';

/** Why a node takes no work, in one sentence; nothing where it does. */
export function WhyStanding({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const nowMs = useNowMs();
  const busyWords = useBusyWords();
  const words = (): string | null => {
    switch (standingOf(node, nowMs)) {
      case 'online':
        return null;
      case 'resting':
        return busyWords(node.offer);
      case 'draining':
        return t('why.draining');
      case 'aside':
        return t('why.aside', { count: node.failuresInRow, time: amounts.time(node.setAsideUntil ?? node.lastSeenAt) });
      case 'offline':
        return t('why.offline', { ago: amounts.relative(node.lastSeenAt, nowMs) });
    }
  };
  const why = words();
  return why === null ? null : (
    <Text size="sm" c="dimmed">
      {why}
    </Text>
  );
}
