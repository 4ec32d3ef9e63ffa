import { Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAmounts } from './amount.tsx';

export type JobProgressProps = {
  /** 0 to 1. */
  progress: number;
  etaSec: number | null;
  /** What progresses, for who can't see where the bar stands. */
  label: string;
  size?: 'sm' | 'md';
};

/** How far something is and how long it will take yet, as far as anybody knows. */
export function JobProgressBar({ progress, etaSec, label, size = 'sm' }: JobProgressProps) {
  const { t } = useTranslation();
  const amounts = useAmounts();
  const percent = amounts.percent(progress);
  return (
    <div style={{ width: '100%', minWidth: 0 }}>
      <Progress.Root size={size}>
        <Progress.Section value={progress * 100} aria-label={label} aria-valuetext={percent} />
      </Progress.Root>
      <Text size="xs" c="dimmed" truncate mt={2}>
        {etaSec === null ? percent : t('progress.left', { percent, time: amounts.roughly(etaSec) })}
      </Text>
    </div>
  );
}
