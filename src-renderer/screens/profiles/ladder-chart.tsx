import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import type { DraftRung } from './draft.ts';
import { sizeName } from './rung-words.ts';

/** Bitrate against picture size. An even curve is a good ladder: a kink is a step that is too near or too far. */
export function LadderChart({ ladder }: { ladder: readonly Pick<DraftRung, 'width' | 'height' | 'bitrateBps'>[] }) {
  const { t } = useTranslation('profiles');
  const amounts = useAmounts();
  const points = ladder
    .flatMap((rung) => {
      const { width, height, bitrateBps } = rung;
      if (width === null || height === null || bitrateBps === null) return [];
      return [{ size: sizeName(rung), pixels: width * height, bitrateBps }];
    })
    .sort((a, b) => a.pixels - b.pixels);
  if (points.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('ladder.noRates')}
      </Text>
    );
  }
  return (
    <LineChart
      h={220}
      data={points}
      dataKey="size"
      series={[{ name: 'bitrateBps', label: t('ladder.bitrate'), color: 'indigo.6' }]}
      curveType="linear"
      valueFormatter={(bps) => amounts.bitrate(bps)}
      xAxisProps={{ padding: { left: 24, right: 24 } }}
      yAxisProps={{ width: 76 }}
      lineProps={{ isAnimationActive: false }}
      withDots
      // The table beside it is what is read out and gone through by keyboard.
      lineChartProps={{ accessibilityLayer: false }}
      role="img"
      aria-label={t('ladder.chart')}
    />
  );
}
