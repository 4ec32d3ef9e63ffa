import { Skeleton, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DesktopSwitches } from '../../components/desktop-switches.tsx';
import { Fault } from '../../components/fault.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { LockedSecrets } from '../../components/locked-secrets.tsx';
import { ModeChoice } from '../../components/mode-choice.tsx';
import { ShowLog } from '../../components/show-log.tsx';
import {
  isInDesktop,
  useChangeDesktop,
  useChooseMode,
  useDesktopStanding,
  useRenewSecrets,
  useShowLog,
} from '../../data/desktop.ts';

/** What the desktop app does on this machine; in a browser there is none. */
export function ComputerSection() {
  const { t } = useTranslation('desktop');
  return isInDesktop() ? <Computer /> : <Text>{t('notHere')}</Text>;
}

function Computer() {
  const { t } = useTranslation('desktop');
  const standing = useDesktopStanding();
  const change = useChangeDesktop();
  const choose = useChooseMode();
  const renew = useRenewSecrets();
  const log = useShowLog();
  if (standing.isError) return <Fault error={standing.error} onRetry={() => void standing.refetch()} />;
  if (standing.isPending) return <Skeleton h={240} />;
  const { settings, secrets, fileMenu, node } = standing.data;
  const failed = change.error ?? choose.error;
  return (
    <Stack gap="lg" align="stretch">
      {failed === null ? null : <Fault error={failed} />}
      {secrets === 'locked' ? (
        <LockedSecrets
          problem={node.problem}
          onRetry={() => choose.mutate(settings.mode ?? 'server')}
          onRenew={() => renew.mutate()}
          isBusy={renew.isPending || choose.isPending}
          error={renew.error}
        />
      ) : null}
      <DesktopSwitches
        {...{ settings, secrets, fileMenu }}
        isLent={settings.mode === 'both'}
        onChange={(wish) => change.mutate(wish)}
      />
      <div>
        <ButtonLink to="/crew/$id" params={{ id: 'local' }} variant="default">
          {t('limits')}
        </ButtonLink>
      </div>
      <ModeChoice label={t('modeLabel')} value={settings.mode} withBoth onChange={(mode) => choose.mutate(mode)} />
      <ShowLog onShow={() => log.mutate()} isMissing={log.data === false} error={log.error} />
    </Stack>
  );
}
