import { Badge } from '@mantine/core';
import {
  Ban,
  BookOpenCheck,
  CircleCheck,
  Clapperboard,
  Clock,
  type LucideIcon,
  Package,
  Pause,
  ScanSearch,
  TriangleAlert,
  Upload,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobState } from '#shared/model/job.ts';

const looks: Readonly<Record<JobState, { color: string; Icon: LucideIcon }>> = {
  queued: { color: 'gray', Icon: Clock },
  probing: { color: 'blue', Icon: ScanSearch },
  encoding: { color: 'blue', Icon: Clapperboard },
  packaging: { color: 'blue', Icon: Package },
  validating: { color: 'blue', Icon: BookOpenCheck },
  publishing: { color: 'blue', Icon: Upload },
  completed: { color: 'green', Icon: CircleCheck },
  failed: { color: 'red', Icon: TriangleAlert },
  cancelled: { color: 'gray', Icon: Ban },
  paused: { color: 'yellow', Icon: Pause },
};

/** The state of a job: word, icon and colour. */
export function StateBadge({ state }: { state: JobState }) {
  const { t } = useTranslation();
  const { color, Icon } = looks[state];
  return (
    <Badge
      className="state-badge"
      variant="light"
      color={color}
      tt="none"
      fw={600}
      // Yellow words can't be read on light yellow.
      {...(color === 'yellow' ? { c: 'var(--mantine-color-text)' } : {})}
      leftSection={<Icon size={13} aria-hidden />}
    >
      {t(`state.${state}`)}
    </Badge>
  );
}
