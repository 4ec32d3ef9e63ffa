import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useAmounts } from '../../components/amount.tsx';
import type { LoadSample } from '../../data/node-load.ts';

export type LoadChartProps = { samples: readonly LoadSample[]; label: string; heightPx: number };

const windowMs = 10 * 60_000;

/** Frames a second over time. Read when there is something to draw. */
export function LoadChart({ samples, label, heightPx }: LoadChartProps) {
  const amounts = useAmounts();
  const endMs = samples.at(-1)?.atMs ?? 0;
  const timeOf = (atMs: unknown): string =>
    typeof atMs === 'number' ? amounts.time(new Date(atMs).toISOString()) : '';
  const count = (fps: unknown): string => (typeof fps === 'number' ? amounts.count(fps) : '');
  const axis = { stroke: 'var(--mantine-color-dimmed)', fontSize: 12, tickLine: false } as const;
  return (
    <div role="img" aria-label={label} style={{ width: '100%', height: heightPx }}>
      <ResponsiveContainer>
        <AreaChart data={[...samples]} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
          <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
          <XAxis
            {...axis}
            dataKey="atMs"
            type="number"
            domain={[endMs - windowMs, endMs]}
            tickCount={6}
            tickFormatter={timeOf}
          />
          <YAxis {...axis} width={44} axisLine={false} allowDecimals={false} tickFormatter={count} />
          <Tooltip
            labelFormatter={timeOf}
            formatter={(fps) => [count(fps)]}
            contentStyle={{
              background: 'var(--mantine-color-body)',
              border: '1px solid var(--mantine-color-default-border)',
              borderRadius: 8,
            }}
          />
          <Area
            dataKey="fps"
            type="monotone"
            stroke="var(--mantine-color-indigo-5)"
            fill="var(--mantine-color-indigo-5)"
            fillOpacity={0.25}
            isAnimationActive={false}
            dot={false}
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}
