import {
  Ban,
  BookOpenCheck,
  CircleCheck,
  Clapperboard,
  Clock,
  Package,
  Pause,
  ScanSearch,
  TriangleAlert,
  Upload,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobState } from '#shared/model/job.ts';
import { type Look, LookBadge } from './look-badge.tsx';

/** How each state of a job looks. */
export const stateLooks: Readonly<Record<JobState, Look>> = {
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
  return <LookBadge look={stateLooks[state]}>{t(`state.${state}`)}</LookBadge>;
}
