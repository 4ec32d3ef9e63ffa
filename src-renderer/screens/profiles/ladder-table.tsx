import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import type { DraftRung } from './draft.ts';
import { bytesAnHour, sizeName } from './rung-words.ts';

/** The ladder in figures. */
export function LadderTable({ ladder }: { ladder: readonly Pick<DraftRung, 'width' | 'height' | 'bitrateBps'>[] }) {
  const { t } = useTranslation('profiles');
  const amounts = useAmounts();
  return (
    <Table maw={520}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('ladder.size')}</Table.Th>
          <Table.Th ta="end">{t('ladder.bitrate')}</Table.Th>
          <Table.Th ta="end">{t('ladder.hour')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ladder.map((rung) => {
          const bytes = bytesAnHour(rung);
          return (
            <Table.Tr key={`${rung.width}×${rung.height}`}>
              <Table.Td>{sizeName(rung)}</Table.Td>
              <Table.Td ta="end">
                {rung.bitrateBps === null ? t('unlimited') : amounts.bitrate(rung.bitrateBps)}
              </Table.Td>
              <Table.Td ta="end">{bytes === null ? '–' : amounts.bytes(bytes)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
