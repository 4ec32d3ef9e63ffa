import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useAmounts } from '../../components/amount.tsx';
import classes from './crew.module.css';
import { speedAtFullHd } from './node-state.ts';

/** How fast each set of encoders was on films: a chart of bars that is a table for who can't see them. */
export function SpeedTable({ speeds }: Pick<NodeView, 'speeds'>) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  if (speeds.length === 0) return <Text c="dimmed">{t('speeds.none')}</Text>;
  const fastest = Math.max(...speeds.map(({ weightPerSec }) => weightPerSec));
  return (
    <Table withTableBorder>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('speeds.work')}</Table.Th>
          <Table.Th scope="col" colSpan={2}>
            {t('speeds.speed')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {speeds.toSorted(byWeight).map(({ work, weightPerSec }) => (
          <Table.Tr key={work}>
            <Table.Td ff="monospace">{work.replaceAll('+', ' + ')}</Table.Td>
            <Table.Td>{amounts.speed(speedAtFullHd(weightPerSec))}</Table.Td>
            <Table.Td className={classes['wide']} aria-hidden>
              <span className={classes['bar']} style={{ width: `${(weightPerSec / fastest) * 100}%` }} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

type Speed = NodeView['speeds'][number];

function byWeight(a: Speed, b: Speed): number {
  return b.weightPerSec - a.weightPerSec;
}
