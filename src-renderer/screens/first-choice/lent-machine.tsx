import { Alert, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { ExternalLink, Pause, Play, TriangleAlert, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DesktopStanding } from '#shared/protocol/desktop.ts';
import { CompareDigits } from '../../components/compare-digits.tsx';
import { DesktopSwitches } from '../../components/desktop-switches.tsx';
import { Fault } from '../../components/fault.tsx';
import { LockedSecrets } from '../../components/locked-secrets.tsx';
import { ModeChoice } from '../../components/mode-choice.tsx';
import { ShowLog } from '../../components/show-log.tsx';
import { askDesktop, useChangeDesktop, useChooseMode, useRenewSecrets, useShowLog } from '../../data/desktop.ts';

/** A machine that works for another server: whose it is, the digits of a pairing, and what its people allow. */
export function LentMachine({ standing }: { standing: DesktopStanding }) {
  const { t } = useTranslation('desktop');
  const { node, pause, settings, secrets, fileMenu } = standing;
  const renew = useRenewSecrets();
  const change = useChangeDesktop();
  const choose = useChooseMode();
  const log = useShowLog();
  return (
    <Stack gap="lg">
      {secrets === 'locked' ? (
        <LockedSecrets
          problem={node.problem}
          onRetry={() => choose.mutate('node')}
          onRenew={() => renew.mutate()}
          isBusy={renew.isPending || choose.isPending}
          error={renew.error}
        />
      ) : null}
      {node.problem === null || secrets === 'locked' ? null : (
        <Alert color="red" icon={<TriangleAlert aria-hidden />} title={t('lent.broken')} role="alert">
          <Stack align="flex-start" gap="xs">
            <Text size="sm">{node.problem}</Text>
            <Button size="xs" variant="default" onClick={() => choose.mutate('node')}>
              {t('server.retry')}
            </Button>
          </Stack>
        </Alert>
      )}
      <Standing lent={node.lent} isPaused={pause !== null} />
      <Group>
        {pause === null ? (
          <Button
            variant="default"
            leftSection={<Pause size={16} aria-hidden />}
            onClick={() => void askDesktop('pause', { forMs: null })}
          >
            {t('lent.pause')}
          </Button>
        ) : (
          <Button leftSection={<Play size={16} aria-hidden />} onClick={() => void askDesktop('resume', null)}>
            {t('lent.resume')}
          </Button>
        )}
        {node.lent === null || node.lent.serverUrl === null ? null : (
          <>
            <Button
              variant="default"
              leftSection={<ExternalLink size={16} aria-hidden />}
              onClick={() => void askDesktop('open-server', null)}
            >
              {t('lent.openServer')}
            </Button>
            <Button
              variant="default"
              leftSection={<Unplug size={16} aria-hidden />}
              onClick={() => void askDesktop('unpair', null)}
            >
              {t('lent.unpair')}
            </Button>
          </>
        )}
      </Group>
      <Title order={2} size="h4">
        {t('computer')}
      </Title>
      {change.isError ? <Fault error={change.error} /> : null}
      <DesktopSwitches {...{ settings, secrets, fileMenu }} isLent onChange={(wish) => change.mutate(wish)} />
      <ModeChoice label={t('modeLabel')} value={settings.mode} withBoth onChange={(mode) => choose.mutate(mode)} />
      <ShowLog onShow={() => log.mutate()} isMissing={log.data === false} error={log.error} />
    </Stack>
  );
}

function Standing({ lent, isPaused }: { lent: DesktopStanding['node']['lent']; isPaused: boolean }) {
  const { t } = useTranslation('desktop');
  if (lent?.pairing !== null && lent?.pairing !== undefined) {
    return (
      <Paper withBorder p="md" role="status">
        <CompareDigits pairing={lent.pairing} />
      </Paper>
    );
  }
  if (isPaused) return <Text role="status">{t('lent.paused')}</Text>;
  if (lent === null) return <Text role="status">{t('lent.starts')}</Text>;
  if (lent.serverUrl !== null) {
    return (
      <Text role="status">
        {t('lent.works', { name: lent.name })} <Code>{lent.serverUrl}</Code>
      </Text>
    );
  }
  return (
    <Stack gap="xs" role="status">
      <Text>{t('lent.waits', { name: lent.name })}</Text>
      <Text size="sm" c="dimmed">
        {t('lent.waitsHow')}
        {lent.port === null ? null : (
          <>
            {' '}
            {t('lent.port')} <Code>{lent.port}</Code>
          </>
        )}
      </Text>
    </Stack>
  );
}
