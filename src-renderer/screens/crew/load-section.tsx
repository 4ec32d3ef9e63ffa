import { Button, ScrollArea, Skeleton, Stack, Table, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useAmounts } from '../../components/amount.tsx';
import { type LoadSample, useNodeLoad } from '../../data/node-load.ts';

const LoadChart = lazy(async () => ({ default: (await import('./load-chart.tsx')).LoadChart }));

const chartPx = 180;

/** What the machine did in the last ten minutes, drawn or as a table. */
export function LoadSection({ node }: { node: NodeView }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const samples = useNodeLoad(node.id, node.running);
  const [isTable, setTable] = useState(false);
  const told = samples.flatMap(({ fps }) => (fps === null ? [] : [fps]));
  const most = Math.max(0, ...told);
  if (most === 0) return <Text c="dimmed">{t('load.quiet')}</Text>;
  const count = (fps: number | null | undefined) => amounts.count(fps ?? 0);
  const label = t('load.label', { name: node.name, fps: count(samples.at(-1)?.fps), most: count(most) });
  return (
    <Stack gap="xs" align="flex-start">
      {isTable ? (
        <LoadTable samples={samples} />
      ) : (
        <Suspense fallback={<Skeleton height={chartPx} aria-hidden />}>
          <LoadChart samples={samples} label={label} heightPx={chartPx} />
        </Suspense>
      )}
      <Button variant="subtle" size="compact-sm" onClick={() => setTable(!isTable)}>
        {t(isTable ? 'load.chart' : 'load.table')}
      </Button>
    </Stack>
  );
}

/** A line for each half minute, the latest first. */
function LoadTable({ samples }: { samples: readonly LoadSample[] }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const each = samples.toReversed().filter((_, index) => index % 15 === 0);
  return (
    <ScrollArea mah={chartPx} w="100%" type="auto" viewportProps={{ tabIndex: 0 }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('load.time')}</Table.Th>
            <Table.Th scope="col">{t('load.fps')}</Table.Th>
            <Table.Th scope="col">{t('load.tasks')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {each.map(({ atMs, fps, tasks }) => (
            <Table.Tr key={atMs}>
              <Table.Td>{amounts.time(new Date(atMs).toISOString())}</Table.Td>
              <Table.Td>{fps === null ? '–' : amounts.count(fps)}</Table.Td>
              <Table.Td>{amounts.count(tasks)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
