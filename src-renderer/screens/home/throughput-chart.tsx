import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';

export type ThroughputChartProps = {
  parts: readonly { when: string; done: number; failed: number }[];
  heightPx: number;
  label: string;
  failedLabel: string;
};

/** Bars of what was done and what failed. In a file of its own: charts are large, and read when one is shown. */
export function ThroughputChart({ parts, heightPx, label, failedLabel }: ThroughputChartProps) {
  return (
    <BarChart
      h={heightPx}
      data={[...parts]}
      dataKey="when"
      type="stacked"
      series={[
        { name: 'done', label, color: 'indigo.6' },
        { name: 'failed', label: failedLabel, color: 'red.6' },
      ]}
      gridAxis="x"
      tickLine="none"
      yAxisProps={{ allowDecimals: false, width: 36 }}
      xAxisProps={{ minTickGap: 24 }}
      barProps={{ isAnimationActive: false, maxBarSize: 28 }}
      barChartProps={{ accessibilityLayer: false }}
    />
  );
}
