import { CircleCheck, CirclePause, Hourglass, Moon, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Standing } from './node-state.ts';
import { type Look, LookBadge } from '../../components/look-badge.tsx';

const looks: Readonly<Record<Standing, Look>> = {
  online: { color: 'green', Icon: CircleCheck },
  resting: { color: 'blue', Icon: Moon },
  draining: { color: 'yellow', Icon: CirclePause },
  aside: { color: 'orange', Icon: Hourglass },
  offline: { color: 'gray', Icon: Unplug },
};

/** How a node stands: word, icon and colour. */
export function StandingBadge({ standing }: { standing: Standing }) {
  const { t } = useTranslation('crew');
  return <LookBadge look={looks[standing]}>{t(`state.${standing}`)}</LookBadge>;
}
