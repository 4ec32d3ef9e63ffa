import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PairingView } from '#shared/protocol/pairing.ts';
import { Fault } from '../../components/fault.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { isOver, pairingQuery, useBeginPairing, useCancelPairing, useConfirmPairing } from '../../data/pairing.ts';
import classes from './crew.module.css';

/** A machine to pair with, and what to call it until it says its name. */
export type PairingTarget = { name: string; wish: { foundId: string } | { address: string } };

type DialogProps = { target: PairingTarget; onClose: () => void };

/** Pairs with a machine: its digits are compared by the person who sees both. */
export function PairingDialog({ target, onClose }: DialogProps) {
  const { t } = useTranslation('crew');
  const begin = useBeginPairing();
  const start = useEffectEvent(() => begin.mutate(target.wish));
  useEffect(() => start(), []);
  if (begin.data !== undefined) return <Comparing pairing={begin.data} onClose={onClose} />;
  return (
    <Dialog name={target.name} onClose={onClose}>
      {begin.isError ? (
        <Fault error={begin.error} onRetry={start} />
      ) : (
        <Group role="status">
          <Loader size="sm" aria-hidden />
          <Text>{t('pairing.begin')}</Text>
        </Group>
      )}
    </Dialog>
  );
}

function Dialog({ name, onClose, children }: { name: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation('crew');
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      title={t('pairing.title', { name })}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {children}
    </Modal>
  );
}

/** Closed before the digits were compared, the pairing is called off. */
function Comparing({ pairing, onClose }: { pairing: PairingView; onClose: () => void }) {
  const { t } = useTranslation('crew');
  const { data } = useQuery({ ...pairingQuery(pairing.id), initialData: pairing });
  const confirm = useConfirmPairing(pairing.id);
  const cancel = useCancelPairing(pairing.id);
  const callOff = (): void => {
    if (!isOver(data)) cancel.mutate();
    onClose();
  };
  const { name } = data.node;
  return (
    <Dialog name={name} onClose={callOff}>
      {isOver(data) ? (
        <Outcome pairing={data} onClose={onClose} />
      ) : (
        <Stack align="center" gap="md" ta="center">
          <Text className={classes['digits']} ff="monospace" aria-label={t('pairing.digits', { digits: data.digits })}>
            {`${data.digits.slice(0, 3)} ${data.digits.slice(3)}`}
          </Text>
          <Text fw={600}>{t('pairing.question', { name })}</Text>
          <Text size="sm" c="dimmed">
            {t('pairing.why')}
          </Text>
          {confirm.isError ? <Fault error={confirm.error} /> : null}
          <Group justify="center">
            <Button variant="default" onClick={callOff}>
              {t('pairing.differ')}
            </Button>
            <Button
              data-autofocus
              onClick={() => confirm.mutate()}
              loading={confirm.isPending || data.state === 'confirming'}
            >
              {t('pairing.same')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

function Outcome({
  pairing: { state, node, nodeId, message },
  onClose,
}: {
  pairing: PairingView;
  onClose: () => void;
}) {
  const { t } = useTranslation('crew');
  if (state === 'paired') {
    return (
      <Stack>
        <Alert
          color="green"
          role="status"
          icon={<CircleCheck aria-hidden />}
          title={t('pairing.paired', { name: node.name })}
        >
          {t('pairing.pairedText')}
        </Alert>
        <Group justify="flex-end">
          {nodeId === null ? null : (
            <ButtonLink to="/crew/$id" params={{ id: nodeId }} variant="default">
              {t('pairing.open')}
            </ButtonLink>
          )}
          <Button onClick={onClose}>{t('close')}</Button>
        </Group>
      </Stack>
    );
  }
  const reason = state === 'expired' || state === 'cancelled' ? state : 'failed';
  return (
    <Stack>
      <Alert color="red" role="alert" icon={<TriangleAlert aria-hidden />} title={t(`pairing.${reason}`)}>
        {message ?? (reason === 'failed' ? null : t(`pairing.${reason}Text`))}
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('close')}</Button>
      </Group>
    </Stack>
  );
}
