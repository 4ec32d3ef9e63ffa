import { Badge } from '@mantine/core';
import { CircleHelp, CirclePause, Eye, type LucideIcon, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RootState } from '#shared/model/watch-folder.ts';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';

const looks: Readonly<Record<RootState | 'off', { color: string; Icon: LucideIcon }>> = {
  online: { color: 'green', Icon: Eye },
  offline: { color: 'red', Icon: Unplug },
  unknown: { color: 'gray', Icon: CircleHelp },
  off: { color: 'gray', Icon: CirclePause },
};

/** Whether a folder is watched: word, icon and colour. */
export function FolderBadge({ folder }: { folder: WatchFolderView }) {
  const { t } = useTranslation('library');
  const state = folder.enabled ? folder.root.state : 'off';
  const { color, Icon } = looks[state];
  return (
    <Badge
      className="state-badge"
      variant="light"
      color={color}
      tt="none"
      fw={600}
      leftSection={<Icon size={13} aria-hidden />}
    >
      {t(`state.${state}`)}
    </Badge>
  );
}
