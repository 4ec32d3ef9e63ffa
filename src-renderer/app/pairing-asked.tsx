import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CompareDigits } from '../components/compare-digits.tsx';
import { useDesktopStanding } from '../data/desktop.ts';

/**
 * A server asks to be paired with this machine, which is a server too: its digits on whatever page is open, until it was answered
 * over there. A machine that is only lent has a page of its own that shows them.
 */
export function PairingAsked() {
  const { t } = useTranslation('desktop');
  const { data: standing } = useDesktopStanding();
  const [closed, setClosed] = useState('');
  const pairing = standing?.settings.mode === 'both' ? (standing.node.lent?.pairing ?? null) : null;
  if (pairing === null) return null;
  const close = (): void => setClosed(pairing.digits);
  return (
    <Modal
      centered
      opened={pairing.digits !== closed}
      onClose={close}
      title={t('lent.asked')}
      // A click that was meant for the page must not take the digits away.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('lent.close') }}
    >
      <CompareDigits pairing={pairing} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          {t('lent.close')}
        </Button>
      </Group>
    </Modal>
  );
}
