import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault } from './fault.tsx';

export type LockedSecretsProps = {
  /** What could not start for it, in one line; null where nothing tried. */
  problem: string | null;
  onRetry: () => void;
  onRenew: () => void;
  isBusy: boolean;
  error: Error | null;
};

/** The system's keychain does not open this machine's keys: what that means, and both ways on. */
export function LockedSecrets({ problem, onRetry, onRenew, isBusy, error }: LockedSecretsProps) {
  const { t } = useTranslation('desktop');
  const [isAsking, setIsAsking] = useState(false);
  const renew = (): void => {
    setIsAsking(false);
    onRenew();
  };
  return (
    <Alert color="red" icon={<KeyRound aria-hidden />} title={t('locked.title')} role="alert">
      <Stack align="flex-start" gap="xs">
        <Text size="sm">{t('locked.text')}</Text>
        {problem === null ? null : (
          <Text size="xs" lang="en" style={{ overflowWrap: 'anywhere' }}>
            {problem}
          </Text>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" loading={isBusy} onClick={onRetry}>
            {t('server.retry')}
          </Button>
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => setIsAsking(true)}>
            {t('locked.renew')}
          </Button>
        </Group>
        {error === null ? null : <Fault error={error} />}
      </Stack>
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('locked.ask')}
        closeButtonProps={{ 'aria-label': t('locked.leave') }}
      >
        <Stack>
          <Text size="sm">{t('locked.askText')}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setIsAsking(false)}>
              {t('locked.leave')}
            </Button>
            <Button color="red" onClick={renew}>
              {t('locked.renew')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Alert>
  );
}
