import { Badge } from '@mantine/core';
import { CircleCheck, CirclePause, Hourglass, type LucideIcon, Moon, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Standing } from './node-state.ts';

const looks: Readonly<Record<Standing, { color: string; Icon: LucideIcon }>> = {
  online: { color: 'green', Icon: CircleCheck },
  resting: { color: 'blue', Icon: Moon },
  draining: { color: 'yellow', Icon: CirclePause },
  aside: { color: 'orange', Icon: Hourglass },
  offline: { color: 'gray', Icon: Unplug },
};

/** How a node stands: word, icon and colour. */
export function StandingBadge({ standing }: { standing: Standing }) {
  const { t } = useTranslation('crew');
  const { color, Icon } = looks[standing];
  return (
    <Badge
      className="state-badge"
      variant="light"
      color={color}
      tt="none"
      fw={600}
      leftSection={<Icon size={13} aria-hidden />}
    >
      {t(`state.${standing}`)}
    </Badge>
  );
}
