import { SegmentedControl, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatisticsView, ThroughputView } from '#shared/protocol/statistics.ts';
import { useAmounts } from '../../components/amount.tsx';
import { Panel } from './panel.tsx';

const ThroughputChart = lazy(async () => ({ default: (await import('./throughput-chart.tsx')).ThroughputChart }));

const chartPx = 200;

/** How much was made, hour by hour or day by day. */
export function ThroughputPanel({ statistics: { hours, days } }: { statistics: StatisticsView }) {
  const { t } = useTranslation('home');
  const amounts = useAmounts();
  const [span, setSpan] = useState<'hours' | 'days'>('hours');
  const parts = span === 'hours' ? hours : days;
  const whenOf = ({ from }: ThroughputView): string => (span === 'hours' ? amounts.time(from) : amounts.day(from));
  const sum = (of: (part: ThroughputView) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const completed = sum((part) => part.completed);
  const failed = sum((part) => part.failed);
  return (
    <Panel
      title={t('throughput.title')}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('throughput.span')}
          data={[
            { value: 'hours', label: t('throughput.hours') },
            { value: 'days', label: t('throughput.days') },
          ]}
          value={span}
          onChange={setSpan}
        />
      }
    >
      <Text size="sm" mb="sm">
        {[
          t('throughput.films', { count: completed, shown: amounts.count(completed) }),
          t('throughput.failures', { count: failed, shown: amounts.count(failed) }),
          t('throughput.length', { time: amounts.duration(sum((part) => part.mediaHours) * 3600) }),
          amounts.bytes(sum((part) => part.outputBytes)),
        ].join(' · ')}
      </Text>
      <div aria-hidden style={{ height: chartPx }}>
        <Suspense fallback={<Skeleton height={chartPx} />}>
          <ThroughputChart
            heightPx={chartPx}
            label={t('throughput.filmsDone')}
            failedLabel={t('throughput.filmsFailed')}
            parts={parts.map((part) => ({ when: whenOf(part), done: part.completed, failed: part.failed }))}
          />
        </Suspense>
      </div>
      <VisuallyHidden>
        <Table>
          <caption>{t('throughput.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('throughput.from')}</th>
              <th scope="col">{t('throughput.filmsDone')}</th>
              <th scope="col">{t('throughput.filmsFailed')}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.from}>
                <th scope="row">{amounts.dateTime(part.from)}</th>
                <td>{amounts.count(part.completed)}</td>
                <td>{amounts.count(part.failed)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </Panel>
  );
}
