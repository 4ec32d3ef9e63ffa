import { CircleHelp, CirclePause, Eye, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RootState } from '#shared/model/watch-folder.ts';
import type { WatchFolderView } from '#shared/protocol/watch-folders.ts';
import { type Look, LookBadge } from '../../components/look-badge.tsx';

const looks: Readonly<Record<RootState | 'off', Look>> = {
  online: { color: 'green', Icon: Eye },
  offline: { color: 'red', Icon: Unplug },
  unknown: { color: 'gray', Icon: CircleHelp },
  off: { color: 'gray', Icon: CirclePause },
};

/** Whether a folder is watched: word, icon and colour. */
export function FolderBadge({ folder }: { folder: WatchFolderView }) {
  const { t } = useTranslation('library');
  const state = folder.enabled ? folder.root.state : 'off';
  return <LookBadge look={looks[state]}>{t(`state.${state}`)}</LookBadge>;
}
